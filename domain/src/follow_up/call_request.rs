//! A buyer asks for a call (CU3): the seller calls, names a time, or refuses with a reason that the buyer reads.

use crate::{
    field::{FieldError, code},
    follow_up::refusal::Refusal,
    ids::{CallId, CallRequestId, ThreadId},
    people::person::Person,
    text::CallNote,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far ahead a call can be wished for or promised, in days.
pub const MAX_AHEAD_DAYS: i64 = 366;
/// A moment that passed while it was being typed still counts, for so many seconds.
pub const PAST_GRACE_SECONDS: i64 = 120;

/// Where a request stands. One that is open or planned is live: a thread has at most one of those.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CallRequestState {
    Open,
    /// The seller will call at `at`.
    Planned {
        at: Timestamp,
        answered_at: Timestamp,
    },
    Refused {
        #[serde(flatten)]
        refusal: Refusal,
        answered_at: Timestamp,
    },
    /// Taken back by the buyer, or replaced by a newer wish.
    Withdrawn {
        at: Timestamp,
    },
    /// The buyer took a call after asking.
    Called {
        call: CallId,
        at: Timestamp,
    },
}

/// What somebody said to a request, as the thread tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum RequestAnswer {
    Planned { at: Timestamp },
    Refused(Refusal),
    Withdrawn,
}

/// What the buyer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallWish {
    /// When the call would suit; none for as soon as possible.
    pub at: Option<Timestamp>,
    pub note: Option<CallNote>,
}

/// A request as it stands.
#[derive(Clone, Debug)]
pub struct CallRequest {
    pub request: CallRequestId,
    pub thread: ThreadId,
    /// Grows with every change.
    pub version: i64,
    pub by: Person,
    pub asked_at: Timestamp,
    pub wish: CallWish,
    pub state: CallRequestState,
}

/// A step that the request's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call request that is {state} cannot be {action}")]
pub struct InvalidRequestStep {
    pub state: &'static str,
    pub action: &'static str,
}

/// Why a moment cannot be wished for or promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMoment {
    #[error("the moment has passed")]
    Past,
    #[error("the moment is more than {MAX_AHEAD_DAYS} days ahead")]
    TooFar,
}

impl BadMoment {
    /// The complaint about this field.
    pub fn at(self, field: &'static str) -> FieldError {
        let code = match self {
            Self::Past => code::PAST,
            Self::TooFar => code::TOO_FAR,
        };
        FieldError::new(field, code)
    }
}

/// Checks a moment that somebody wishes for or promises, seen from `now`.
pub fn check_moment(at: Timestamp, now: Timestamp) -> Result<Timestamp, BadMoment> {
    let ahead = at.duration_since(now);
    if ahead < SignedDuration::from_secs(-PAST_GRACE_SECONDS) {
        Err(BadMoment::Past)
    } else if ahead > SignedDuration::from_hours(24 * MAX_AHEAD_DAYS) {
        Err(BadMoment::TooFar)
    } else {
        Ok(at)
    }
}

impl CallRequestState {
    /// The state's name in storage and messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Planned { .. } => "planned",
            Self::Refused { .. } => "refused",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Called { .. } => "called",
        }
    }

    /// Whether the request still waits for a call.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Open | Self::Planned { .. })
    }

    /// The seller names a time, or another one than before.
    pub fn plan(self, at: Timestamp, now: Timestamp) -> Result<Self, InvalidRequestStep> {
        self.live("planned")?;
        Ok(Self::Planned {
            at,
            answered_at: now,
        })
    }

    /// The seller will not call, and says why.
    pub fn refuse(self, refusal: Refusal, now: Timestamp) -> Result<Self, InvalidRequestStep> {
        self.live("refused")?;
        Ok(Self::Refused {
            refusal,
            answered_at: now,
        })
    }

    /// The buyer takes it back, or wishes for something else.
    pub fn withdraw(self, now: Timestamp) -> Result<Self, InvalidRequestStep> {
        self.live("withdrawn")?;
        Ok(Self::Withdrawn { at: now })
    }

    /// The buyer took this call: the wish came true.
    pub fn called(self, call: CallId, now: Timestamp) -> Result<Self, InvalidRequestStep> {
        self.live("called")?;
        Ok(Self::Called { call, at: now })
    }

    const fn live(&self, action: &'static str) -> Result<(), InvalidRequestStep> {
        if self.is_live() {
            Ok(())
        } else {
            Err(InvalidRequestStep {
                state: self.name(),
                action,
            })
        }
    }
}
