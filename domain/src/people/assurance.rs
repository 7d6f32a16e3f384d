//! How sure we are of who holds a session: by what they came in, whether they showed a second factor, and how lately.
//! Recordings, prices and personal data of others stand behind some roles: these ask for more than a password.

use crate::people::{
    proof::Proof,
    roles::{Action, Role},
};
use jiff::{SignedDuration, Timestamp};

/// For so long after somebody showed who they are nothing is asked again.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

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

    /// Whether it is enough to act in this role. Whoever has an authenticator is asked for it whatever they do.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_for(self, role: Role, has_authenticator: bool) -> Result<(), Lacking> {
        if (role.needs_second_factor() || has_authenticator) && !self.has_two_factors() {
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

    /// Whether it is enough to change how one signs in. `guarded`: the account has a second factor that it asks for.
    ///
    /// # Errors
    /// What is lacking.
    pub const fn is_enough_for_account(self, guarded: bool) -> Result<(), Lacking> {
        if guarded && !self.has_two_factors() {
            return Err(Lacking::SecondFactor);
        }
        self.is_fresh_enough()
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
