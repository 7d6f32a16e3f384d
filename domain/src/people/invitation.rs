//! Somebody is asked by mail to work for a vendor. Whoever holds the mail's link holds the mailbox.

use super::{person, roles::Role};
use crate::{field::FieldError, text::MailAddress};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an invitation can be taken.
pub const INVITATION_LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Invitations of a vendor that can be open at a time.
pub const MAX_OPEN: i64 = 200;

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    Used,
    Revoked,
}

impl InvitationState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Used, Self::Revoked];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Revoked => "revoked",
        }
    }

    /// The state of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub role: Role,
    pub state: InvitationState,
    pub expires_at: Timestamp,
}

/// Whom an invitation asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// As it is compared.
    pub email: String,
    pub name: String,
}

impl Invitee {
    /// Reads what was typed; every field that is wrong is named.
    pub fn new(email: &str, name: &str) -> Result<Self, Vec<FieldError>> {
        let email = MailAddress::new(email).map_err(|bad| bad.at("email"));
        let name = person::name(name).map_err(|bad| bad.at("name"));
        match (email, name) {
            (Ok(email), Ok(name)) => Ok(Self {
                email: email.folded(),
                name,
            }),
            (email, name) => Err([email.err(), name.err()].into_iter().flatten().collect()),
        }
    }
}

/// Whether somebody who acts as `by` may invite to this role: a vendor's admin to any that the vendor gives, the
/// platform to that of the vendor's admin alone, who then invites the others.
pub fn may_invite(by: Role, role: Role) -> bool {
    match by {
        Role::Admin => Role::MEMBERS.contains(&role),
        Role::PlatformAdmin => role == Role::Admin,
        Role::Seller
        | Role::Rep
        | Role::Buyer
        | Role::Compliance
        | Role::Support
        | Role::PlatformSupport
        | Role::PlatformCompliance => false,
    }
}

/// It can no longer be taken, sent again or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the invitation is over")]
pub struct Over;

impl Invitation {
    /// A new one.
    pub fn new(role: Role, now: Timestamp) -> Self {
        Self {
            role,
            state: InvitationState::Open,
            expires_at: now
                .saturating_add(INVITATION_LIVES)
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Whether it can be taken now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == InvitationState::Open && self.expires_at > now
    }

    /// Somebody takes it.
    pub fn take(self, now: Timestamp) -> Result<Self, Over> {
        if !self.is_open(now) {
            return Err(Over);
        }
        Ok(Self {
            state: InvitationState::Used,
            ..self
        })
    }

    /// It is sent once more, and holds as long again; one that ran out is open again by it.
    pub fn send_again(self, now: Timestamp) -> Result<Self, Over> {
        match self.state {
            InvitationState::Open => Ok(Self::new(self.role, now)),
            InvitationState::Used | InvitationState::Revoked => Err(Over),
        }
    }

    /// It is taken back. One that ran out is, too, so that nobody sends it again.
    pub fn revoke(self) -> Result<Self, Over> {
        match self.state {
            InvitationState::Open => Ok(Self {
                state: InvitationState::Revoked,
                ..self
            }),
            InvitationState::Used | InvitationState::Revoked => Err(Over),
        }
    }
}

/// What was changed about a person at a vendor, as the log keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleChange {
    pub what: PeopleStep,
    pub role: Role,
}

/// What happened to one of somebody's roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleStep {
    Invited,
    InvitedAgain,
    InvitationRevoked,
    /// They took the invitation, and have the role from now on.
    Joined,
    Suspended,
    Restored,
    Removed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn an_invitation_is_taken_once_and_in_its_time() {
        let new = Invitation::new(Role::Seller, at(0));
        assert!(new.is_open(at(167)) && !new.is_open(at(168)));
        assert_eq!(new.take(at(168)), Err(Over));
        let used = new.take(at(1)).unwrap();
        assert_eq!(used.take(at(2)), Err(Over));
        assert_eq!(used.revoke(), Err(Over));
        assert_eq!(used.send_again(at(2)), Err(Over));
    }

    #[test]
    fn whom_it_asks_has_an_address_and_a_name() {
        let read = Invitee::new(" Nora@Suedwind.example ", "Nora");
        assert_eq!(read.unwrap().email, "nora@suedwind.example");
        let wrong = Invitee::new("nora", " ").unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(fields, ["email", "name"]);
    }

    #[test]
    fn nobody_invites_to_what_is_not_theirs_to_give() {
        for role in Role::ALL {
            assert!(!may_invite(Role::Seller, role), "{role:?}");
            assert_eq!(may_invite(Role::PlatformAdmin, role), role == Role::Admin);
            let members = role != Role::Buyer && !Role::PLATFORM.contains(&role);
            assert_eq!(may_invite(Role::Admin, role), members, "{role:?}");
        }
    }

    #[test]
    fn one_that_ran_out_is_sent_again_and_one_taken_back_is_not() {
        let again = Invitation::new(Role::Seller, at(0))
            .send_again(at(500))
            .unwrap();
        assert!(again.is_open(at(501)));
        let revoked = again.revoke().unwrap();
        assert!(!revoked.is_open(at(501)));
        assert_eq!(revoked.send_again(at(501)), Err(Over));
        assert_eq!(revoked.take(at(501)), Err(Over));
    }
}
