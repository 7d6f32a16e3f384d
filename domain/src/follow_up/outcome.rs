//! What came of a call, in the seller's words: for the vendor's own people alone.

use crate::{
    field::{FieldError, code},
    ids::CallId,
    people::person::Person,
    text::OutcomeNote,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far ahead a call can be promised.
pub const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// They agreed.
    Agreement,
    /// The buyer thinks about it.
    Thinking,
    /// To be called again then.
    CallAgain {
        due_at: Timestamp,
    },
    NotInterested,
    /// Somebody else was on the line.
    WrongPerson,
}

/// One version of what a seller noted after a call. A later one stands beside it, never in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    #[serde(flatten)]
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<OutcomeNote>,
}

/// A version of what was noted, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedVersion {
    /// From 1.
    pub version: i64,
    pub noted: Noted,
    pub by: Person,
    pub at: Timestamp,
}

/// A call that is over, with what was noted after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedCall {
    pub call: CallId,
    pub ended_at: Timestamp,
    /// The newest first; empty while nothing was noted.
    pub versions: Vec<NotedVersion>,
}

/// Why an outcome cannot be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOutcome {
    #[error("a call is promised for a time to come")]
    Past,
    #[error("a call is promised at most a year ahead")]
    TooFar,
}

impl From<BadOutcome> for FieldError {
    fn from(bad: BadOutcome) -> Self {
        Self::new(
            "due_at",
            match bad {
                BadOutcome::Past => code::PAST,
                BadOutcome::TooFar => code::TOO_FAR,
            },
        )
    }
}

impl Outcome {
    /// Whether it can be noted now.
    pub fn check(self, now: Timestamp) -> Result<(), BadOutcome> {
        match self {
            Self::CallAgain { due_at } if due_at <= now => Err(BadOutcome::Past),
            Self::CallAgain { due_at } if due_at.duration_since(now) > MAX_AHEAD => {
                Err(BadOutcome::TooFar)
            }
            _ => Ok(()),
        }
    }

    /// When the buyer is to be called again, if they are.
    pub const fn call_again(self) -> Option<Timestamp> {
        match self {
            Self::CallAgain { due_at } => Some(due_at),
            _ => None,
        }
    }
}
