//! Another address for an account: whoever reads the old mailbox and whoever reads the new one both say yes, in either order.
//! Until both have, nothing changes, and it can be taken back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long both have time.
pub const CHANGE_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// Changes that one account begins in [`CHANGES_COUNTED`]: each sends a mail to a mailbox that may be a stranger's.
pub const MAX_CHANGES: i64 = 5;
/// The time that [`MAX_CHANGES`] is of.
pub const CHANGES_COUNTED: SignedDuration = SignedDuration::from_hours(24);

/// Whose yes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    Old,
    New,
}

/// A change as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailChange {
    pub ends_at: Timestamp,
    pub old_said_yes: bool,
    pub new_said_yes: bool,
    pub state: State,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// The account has its new address.
    Done,
    /// It was taken back, or another one took its place.
    TakenBack,
}

/// It can no longer be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change is over")]
pub struct Over;

impl EmailChange {
    /// A new one.
    pub fn new(now: Timestamp) -> Self {
        Self {
            ends_at: now.saturating_add(CHANGE_LIVES).unwrap_or(Timestamp::MAX),
            old_said_yes: false,
            new_said_yes: false,
            state: State::Waiting,
        }
    }

    /// Whether it waits for somebody's yes now.
    pub fn waits(&self, now: Timestamp) -> bool {
        self.state == State::Waiting && self.ends_at > now
    }

    /// Whoever reads this mailbox says yes; the second one completes it. Said again it is the same.
    ///
    /// # Errors
    /// When it is over, and was not completed.
    pub fn say_yes(self, mailbox: Mailbox, now: Timestamp) -> Result<Self, Over> {
        if self.state == State::Done {
            return Ok(self);
        }
        if !self.waits(now) {
            return Err(Over);
        }
        let old_said_yes = self.old_said_yes || mailbox == Mailbox::Old;
        let new_said_yes = self.new_said_yes || mailbox == Mailbox::New;
        Ok(Self {
            old_said_yes,
            new_said_yes,
            state: if old_said_yes && new_said_yes {
                State::Done
            } else {
                State::Waiting
            },
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn both_say_yes_in_either_order() {
        for (first, second) in [(Mailbox::Old, Mailbox::New), (Mailbox::New, Mailbox::Old)] {
            let change = EmailChange::new(after(0));
            let half = change.say_yes(first, after(1)).unwrap();
            assert_eq!(half.state, State::Waiting);
            assert_eq!(
                half.say_yes(first, after(2)).unwrap(),
                half,
                "one is not both"
            );
            let done = half.say_yes(second, after(23)).unwrap();
            assert_eq!(done.state, State::Done);
            assert_eq!(done.say_yes(first, after(99)), Ok(done), "said again");
        }
    }

    #[test]
    fn it_waits_for_a_day_and_until_it_is_taken_back() {
        let change = EmailChange::new(after(0));
        assert!(change.waits(after(23)) && !change.waits(after(24)));
        let half = change.say_yes(Mailbox::New, after(23)).unwrap();
        assert_eq!(half.say_yes(Mailbox::Old, after(24)), Err(Over));
        let back = EmailChange {
            state: State::TakenBack,
            ..half
        };
        assert_eq!(back.say_yes(Mailbox::Old, after(1)), Err(Over));
    }
}
