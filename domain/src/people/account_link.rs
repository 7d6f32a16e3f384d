//! A link that goes to an account's own address and lets whoever reads it in: to the account as it is, or to choose a
//! password. It works once, and for a short time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long such a link can be used.
pub const LINK_LIVES: SignedDuration = SignedDuration::from_mins(30);
/// Links that go to one person in [`LINKS_COUNTED`]; beyond, nothing is sent.
pub const MAX_LINKS: i64 = 5;
/// The time that [`MAX_LINKS`] is of.
pub const LINKS_COUNTED: SignedDuration = SignedDuration::from_hours(24);

/// What an account link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Signs in, without a password.
    SignIn,
    /// Lets a password be chosen, and signs in.
    Password,
}

impl Purpose {
    pub const ALL: [Self; 2] = [Self::SignIn, Self::Password];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Password => "password",
        }
    }

    /// The purpose of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What somebody gets who asks for this. A mailbox alone lets nobody in who works somewhere: others' data would
    /// stand behind it. They choose a password instead.
    #[must_use]
    pub const fn granted(self, works_somewhere: bool) -> Self {
        match self {
            Self::SignIn if works_somewhere => Self::Password,
            other => other,
        }
    }
}

/// A link as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLink {
    pub purpose: Purpose,
    pub ends_at: Timestamp,
    pub used: bool,
}

/// It can no longer be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link is over")]
pub struct Over;

impl AccountLink {
    /// A new one.
    pub fn new(purpose: Purpose, now: Timestamp) -> Self {
        Self {
            purpose,
            ends_at: now.saturating_add(LINK_LIVES).unwrap_or(Timestamp::MAX),
            used: false,
        }
    }

    /// Whether it can be used now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.used && self.ends_at > now
    }

    /// Somebody uses it.
    pub fn take(self, now: Timestamp) -> Result<Self, Over> {
        if self.is_open(now) {
            Ok(Self { used: true, ..self })
        } else {
            Err(Over)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_in_its_time() {
        let now = Timestamp::UNIX_EPOCH;
        let link = AccountLink::new(Purpose::SignIn, now);
        let later = |minutes| now + SignedDuration::from_mins(minutes);
        assert!(link.is_open(later(29)) && !link.is_open(later(30)));
        let used = link.take(later(1)).unwrap();
        assert_eq!(used.take(later(2)), Err(Over));
        assert_eq!(link.take(later(30)), Err(Over));
    }

    #[test]
    fn a_mailbox_alone_lets_nobody_in_who_works_somewhere() {
        assert_eq!(Purpose::SignIn.granted(true), Purpose::Password);
        assert_eq!(Purpose::SignIn.granted(false), Purpose::SignIn);
        assert_eq!(Purpose::Password.granted(false), Purpose::Password);
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_name(purpose.name()), Some(purpose));
        }
    }
}
