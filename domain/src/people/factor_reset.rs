//! Somebody lost the device of their second factor and their recovery codes. Another person takes it away for them, so that
//! they set up a new one; nobody does it for themselves, since that would make a password enough.

use crate::{ids::UserId, people::security::SecurityStep};

/// Who takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// One of the platform's admins.
    Steward(UserId),
    /// Whoever runs the server, at its command line: the way back of the platform's last admin.
    Console,
}

/// It would be their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody takes their own second factor away so")]
pub struct OwnAccount;

impl By {
    /// Whether they may take this person's away.
    ///
    /// # Errors
    /// When it is their own.
    pub fn may_reset(self, whose: UserId) -> Result<(), OwnAccount> {
        if self.person() == Some(whose) {
            Err(OwnAccount)
        } else {
            Ok(())
        }
    }

    /// The person, if one is known.
    pub const fn person(self) -> Option<UserId> {
        match self {
            Self::Steward(user) => Some(user),
            Self::Console => None,
        }
    }

    /// What stands in the log.
    pub const fn step(self) -> SecurityStep {
        match self {
            Self::Steward(_) => SecurityStep::SecondFactorReset,
            Self::Console => SecurityStep::SecondFactorResetAtConsole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nobody_takes_their_own_away() {
        let [ada, ben] = [1, 2].map(|it| UserId::from_uuid(Uuid::from_u128(it)));
        assert_eq!(By::Steward(ada).may_reset(ben), Ok(()));
        assert_eq!(By::Steward(ada).may_reset(ada), Err(OwnAccount));
        assert_eq!(By::Console.may_reset(ada), Ok(()));
    }

    #[test]
    fn the_log_tells_the_console_from_a_person() {
        let ada = By::Steward(UserId::from_uuid(Uuid::from_u128(1)));
        assert_eq!(ada.step(), SecurityStep::SecondFactorReset);
        assert_eq!(By::Console.step(), SecurityStep::SecondFactorResetAtConsole);
        assert_eq!(By::Console.person(), None);
    }
}
