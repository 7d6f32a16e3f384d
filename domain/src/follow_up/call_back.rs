//! Calls that a seller has still to make, in the order in which they are due.

use crate::{
    ids::{CallBackId, ThreadId},
    people::person::Person,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far ahead an entry may be put off.
pub const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Why somebody is to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallBackReason {
    /// A call rang and nobody answered, or the other person was in another call.
    Missed,
    /// The buyer declined and named a time.
    Declined,
    /// The buyer asks for a call.
    Requested,
    /// The seller noted after a call that another one follows.
    CallAgain,
}

impl CallBackReason {
    pub const ALL: [Self; 4] = [
        Self::Missed,
        Self::Declined,
        Self::Requested,
        Self::CallAgain,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Declined => "declined",
            Self::Requested => "requested",
            Self::CallAgain => "call_again",
        }
    }

    /// The reason of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// How an entry of the list came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The two spoke.
    Called,
    /// The seller crossed it off.
    CrossedOff,
    /// What it came from was taken back or settled.
    Settled,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallBackState {
    Open,
    Done { how: Done, at: Timestamp },
}

/// An entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    pub reason: CallBackReason,
    pub due_at: Timestamp,
    pub state: CallBackState,
}

/// An entry that is still to be done, with whom it is about.
#[derive(Clone, Debug)]
pub struct OpenCallBack {
    pub call_back: CallBackId,
    pub thread: ThreadId,
    /// Of the thread.
    pub title: String,
    pub buyer: Person,
    pub reason: CallBackReason,
    pub due_at: Timestamp,
    pub since: Timestamp,
    /// Grows with every change.
    pub version: i64,
}

/// A step that an entry does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    #[error("this entry is done")]
    Done,
    #[error("an entry is put off to a time to come")]
    Past,
    #[error("an entry is put off at most a year")]
    TooFar,
}

impl CallBack {
    /// A new entry.
    pub const fn open(reason: CallBackReason, due_at: Timestamp) -> Self {
        Self {
            reason,
            due_at,
            state: CallBackState::Open,
        }
    }

    /// Whether it still waits.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, CallBackState::Open)
    }

    /// It is done.
    pub const fn finish(self, how: Done, at: Timestamp) -> Result<Self, BadStep> {
        match self.state {
            CallBackState::Open => Ok(Self {
                state: CallBackState::Done { how, at },
                ..self
            }),
            CallBackState::Done { .. } => Err(BadStep::Done),
        }
    }

    /// It is put off.
    pub fn put_off(self, until: Timestamp, now: Timestamp) -> Result<Self, BadStep> {
        match self.state {
            CallBackState::Done { .. } => Err(BadStep::Done),
            CallBackState::Open if until <= now => Err(BadStep::Past),
            CallBackState::Open if until.duration_since(now) > MAX_AHEAD => Err(BadStep::TooFar),
            CallBackState::Open => Ok(Self {
                due_at: until,
                ..self
            }),
        }
    }
}
