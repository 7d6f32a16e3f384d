//! A call that the two people of a thread have planned: proposed by one, agreed to by the other, moved or called
//! off by either. Each step consumes the state before it.

use crate::{
    call::CallSide,
    field::{FieldError, code},
    ids::UserId,
    people::roles::Role,
    text::AppointmentNote,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Shortest planned call, in minutes.
pub const MIN_MINUTES: u16 = 5;
/// Longest planned call, in minutes.
pub const MAX_MINUTES: u16 = 240;
/// How far ahead a call may be planned.
pub const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Planned calls that one thread holds at a time.
pub const MAX_OPEN: usize = 5;
/// Both people are reminded so long before.
pub const REMIND_BEFORE: SignedDuration = SignedDuration::from_mins(10);

/// When a planned call is, for how long, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub starts_at: Timestamp,
    pub minutes: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<AppointmentNote>,
}

/// Why a time cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSlot {
    #[error("a call is planned for a time to come")]
    Past,
    #[error("a call is planned at most a year ahead")]
    TooFar,
    #[error("a planned call lasts from {MIN_MINUTES} to {MAX_MINUTES} minutes")]
    Length,
}

impl From<BadSlot> for FieldError {
    fn from(bad: BadSlot) -> Self {
        match bad {
            BadSlot::Past => Self::new("slot.starts_at", code::PAST),
            BadSlot::TooFar => Self::new("slot.starts_at", code::TOO_FAR),
            BadSlot::Length => Self::range("slot.minutes", MIN_MINUTES, MAX_MINUTES),
        }
    }
}

impl Slot {
    /// Whether a call can be planned for this time.
    pub fn check(&self, now: Timestamp) -> Result<(), BadSlot> {
        if !(MIN_MINUTES..=MAX_MINUTES).contains(&self.minutes) {
            return Err(BadSlot::Length);
        }
        if self.starts_at <= now {
            return Err(BadSlot::Past);
        }
        if self.starts_at.duration_since(now) > MAX_AHEAD {
            return Err(BadSlot::TooFar);
        }
        Ok(())
    }

    /// When it is over.
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at
            .saturating_add(SignedDuration::from_mins(i64::from(self.minutes)))
            .unwrap_or(Timestamp::MAX)
    }

    /// When both people are reminded.
    pub fn remind_at(&self) -> Timestamp {
        self.starts_at
            .saturating_sub(REMIND_BEFORE)
            .unwrap_or(Timestamp::MIN)
    }
}

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planner {
    pub user: UserId,
    pub side: CallSide,
}

impl Planner {
    /// A person of this role.
    pub const fn new(user: UserId, role: Role) -> Self {
        Self {
            user,
            side: CallSide::of(role),
        }
    }
}

/// Where a planned call stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AppointmentState {
    /// One side has named this time; the other has not agreed yet.
    Proposed { by: Planner },
    /// Both sides agree to this time.
    Confirmed { by: Planner, at: Timestamp },
    Cancelled {
        by: Planner,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<AppointmentNote>,
    },
}

/// A planned call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub slot: Slot,
    pub state: AppointmentState,
    /// Grows with every change that a calendar has to hear of: a move, a cancellation.
    pub sequence: u32,
}

/// What happened to a planned call, as its thread tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum AppointmentChange {
    Proposed {
        slot: Slot,
    },
    Confirmed {
        slot: Slot,
    },
    /// Another time was named; the other side has to agree again.
    Moved {
        from: Timestamp,
        slot: Slot,
    },
    Cancelled {
        slot: Slot,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<AppointmentNote>,
    },
}

/// A step that a planned call does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    #[error(transparent)]
    Slot(#[from] BadSlot),
    #[error("a planned call that is called off stays so")]
    Cancelled,
    #[error("this time has passed")]
    Over,
    #[error("both sides have agreed to this time already")]
    AlreadyConfirmed,
    #[error("the other side has to agree to a time that one has named oneself")]
    OwnProposal,
}

impl Appointment {
    /// One side names a time.
    pub fn propose(slot: Slot, by: Planner, now: Timestamp) -> Result<Self, BadSlot> {
        slot.check(now)?;
        Ok(Self {
            slot,
            state: AppointmentState::Proposed { by },
            sequence: 0,
        })
    }

    /// The state's name in storage.
    pub const fn name(&self) -> &'static str {
        match self.state {
            AppointmentState::Proposed { .. } => "proposed",
            AppointmentState::Confirmed { .. } => "confirmed",
            AppointmentState::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether it still lies ahead, or goes on now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !matches!(self.state, AppointmentState::Cancelled { .. }) && self.slot.ends_at() > now
    }

    fn open(&self, now: Timestamp) -> Result<(), BadStep> {
        match self.state {
            AppointmentState::Cancelled { .. } => Err(BadStep::Cancelled),
            _ if self.slot.ends_at() <= now => Err(BadStep::Over),
            _ => Ok(()),
        }
    }

    /// The other side agrees to the time that was named.
    pub fn confirm(self, by: Planner, now: Timestamp) -> Result<Self, BadStep> {
        self.open(now)?;
        match self.state {
            AppointmentState::Proposed { by: proposer } if proposer.side == by.side => {
                Err(BadStep::OwnProposal)
            }
            AppointmentState::Proposed { .. } => Ok(Self {
                state: AppointmentState::Confirmed { by, at: now },
                ..self
            }),
            AppointmentState::Confirmed { .. } => Err(BadStep::AlreadyConfirmed),
            AppointmentState::Cancelled { .. } => Err(BadStep::Cancelled),
        }
    }

    /// Either side names another time; the other has to agree to it.
    pub fn move_to(self, slot: Slot, by: Planner, now: Timestamp) -> Result<Self, BadStep> {
        self.open(now)?;
        slot.check(now)?;
        Ok(Self {
            slot,
            state: AppointmentState::Proposed { by },
            sequence: self.sequence.saturating_add(1),
        })
    }

    /// Either side calls it off.
    pub fn cancel(
        self,
        reason: Option<AppointmentNote>,
        by: Planner,
        now: Timestamp,
    ) -> Result<Self, BadStep> {
        self.open(now)?;
        Ok(Self {
            state: AppointmentState::Cancelled {
                by,
                at: now,
                reason,
            },
            sequence: self.sequence.saturating_add(1),
            ..self
        })
    }
}
