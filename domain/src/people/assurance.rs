//! How sure we are of who holds a session: by what they came in, whether they showed a second factor, and how lately.
//! Recordings, prices and personal data of others stand behind some roles: these ask for more than a password.

use crate::people::{
    proof::Proof,
    roles::{Action, Role},
};
use jiff::{SignedDuration, Timestamp};

/// For so long after somebody showed who they are nothing is asked again.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// For so long a new authenticator waits for its first code.
pub const SETTING_UP: SignedDuration = SignedDuration::from_mins(30);

/// What a session's holder has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assurance {
    pub proof: Proof,
    /// They showed a second factor beside it in this session.
    pub second_factor: bool,
    /// They showed who they are within [`FRESH`].
    pub fresh: bool,
}

/// What a session's holder has not shown and would have to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// Who they are at all.
    Person,
    /// A second factor.
    SecondFactor,
    /// Who they are, once more.
    Freshness,
}

/// What an account asks of whoever holds one of its sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub has_authenticator: bool,
    pub has_passkey: bool,
    /// One of its person's roles needs a second factor.
    pub has_guarded_role: bool,
    pub open_to: OpenTo,
}

/// To what a session is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenTo {
    /// All that is the account's.
    Account,
    /// The thread of the link that opened it.
    Thread,
}

impl Account {
    /// Whether it has a second factor that it asks for: an authenticator always, a passkey where a role needs one. Elsewhere
    /// the password signs in alone, and whoever lost a device can say so with it.
    pub const fn is_guarded(self) -> bool {
        self.has_authenticator || (self.has_passkey && self.has_guarded_role)
    }
}

impl Assurance {
    /// What was shown, as it counts `now`.
    pub fn at(
        proof: Proof,
        second_factor_at: Option<Timestamp>,
        proved_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            proof,
            second_factor: second_factor_at.is_some(),
            fresh: now.duration_since(proved_at) < FRESH,
        }
    }

    /// Whether more than one thing was shown: a device's key answers only after the device has seen that it is they.
    pub const fn has_two_factors(self) -> bool {
        self.second_factor || self.proof.has_two_factors()
    }

    /// Whether it is enough to act in this role.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_for(self, role: Role, account: Account) -> Result<(), Lacking> {
        // A link opened it for one thread: it sees no more than the link, whatever the account has.
        if matches!(account.open_to, OpenTo::Thread) {
            return Ok(());
        }
        if (role.needs_second_factor() || account.has_authenticator) && !self.has_two_factors() {
            return Err(Lacking::SecondFactor);
        }
        Ok(())
    }

    /// Whether it is enough to give this role to somebody: whoever gets it sees what stands behind it.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_to_give(self, role: Role) -> Result<(), Lacking> {
        if role.needs_second_factor() && !self.has_two_factors() {
            return Err(Lacking::SecondFactor);
        }
        Ok(())
    }

    /// Whether it is enough to do this.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_to(self, action: Action) -> Result<(), Lacking> {
        if !self.proof.is_enough(action) {
            return Err(Lacking::Person);
        }
        if action.needs_fresh_proof() {
            return self.is_fresh_enough();
        }
        Ok(())
    }

    /// Whether it is enough to touch how one signs in, and where one is signed in.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_for_account(self, account: Account) -> Result<(), Lacking> {
        if account.is_guarded() && !self.has_two_factors() {
            return Err(Lacking::SecondFactor);
        }
        Ok(())
    }

    /// Whether it is enough for what would hand the account, or rights, to somebody else.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_fresh_enough(self) -> Result<(), Lacking> {
        // The demo's doors ask for nothing that could be shown again.
        if self.fresh || matches!(self.proof, Proof::DemoDoor) {
            Ok(())
        } else {
            Err(Lacking::Freshness)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::join_link::Channel;

    const PLAIN: Account = Account {
        has_authenticator: false,
        has_passkey: false,
        has_guarded_role: false,
        open_to: OpenTo::Account,
    };
    const WITH_APP: Account = Account {
        has_authenticator: true,
        ..PLAIN
    };
    const KEY_OF_SELLER: Account = Account {
        has_passkey: true,
        ..PLAIN
    };
    const KEY_OF_COMPLIANCE: Account = Account {
        has_guarded_role: true,
        ..KEY_OF_SELLER
    };

    fn by(proof: Proof) -> Assurance {
        Assurance {
            proof,
            second_factor: false,
            fresh: false,
        }
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes() {
        let shown: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let at = |seconds: i64| {
            let now = shown + SignedDuration::from_secs(seconds);
            Assurance::at(Proof::Password, None, shown, now).fresh
        };
        assert!(at(0) && at(599));
        assert!(!at(600));
    }

    #[test]
    fn roles_and_accounts_ask_for_a_second_factor() {
        let password = by(Proof::Password);
        let link = by(Proof::LinkToOwnContact {
            channel: Channel::Mail,
        });
        let with_code = Assurance {
            second_factor: true,
            ..password
        };
        for role in Role::ALL {
            let needs = role == Role::Compliance || Role::PLATFORM.contains(&role);
            assert_eq!(role.needs_second_factor(), needs, "{role:?}");
            for weak in [password, link] {
                assert_eq!(weak.is_enough_for(role, PLAIN).is_err(), needs, "{role:?}");
                assert_eq!(weak.is_enough_to_give(role).is_err(), needs, "{role:?}");
                assert!(weak.is_enough_for(role, WITH_APP).is_err(), "{role:?}");
            }
            for strong in [with_code, by(Proof::Passkey), by(Proof::DemoDoor)] {
                assert_eq!(strong.is_enough_for(role, WITH_APP), Ok(()));
                assert_eq!(strong.is_enough_to_give(role), Ok(()));
            }
        }
        // A link into one thread is asked for nothing of the account.
        let guest = Account {
            open_to: OpenTo::Thread,
            ..WITH_APP
        };
        assert_eq!(link.is_enough_for(Role::Buyer, guest), Ok(()));
    }

    #[test]
    fn what_the_account_has_is_not_touched_by_a_password_where_it_asks_for_more() {
        let password = by(Proof::Password);
        for (account, guarded) in [
            (PLAIN, false),
            (KEY_OF_SELLER, false),
            (KEY_OF_COMPLIANCE, true),
            (WITH_APP, true),
        ] {
            assert_eq!(account.is_guarded(), guarded, "{account:?}");
            let touched = password.is_enough_for_account(account);
            assert_eq!(touched.is_err(), guarded, "{account:?}");
            assert_eq!(by(Proof::Passkey).is_enough_for_account(account), Ok(()));
        }
    }

    #[test]
    fn rights_and_keys_need_a_fresh_proof() {
        let stale = by(Proof::Password);
        assert_eq!(
            stale.is_enough_to(Action::EditPeople),
            Err(Lacking::Freshness)
        );
        assert_eq!(stale.is_enough_to(Action::ReadPeople), Ok(()));
        assert_eq!(stale.is_fresh_enough(), Err(Lacking::Freshness));
        assert_eq!(by(Proof::DemoDoor).is_fresh_enough(), Ok(()));
    }
}
