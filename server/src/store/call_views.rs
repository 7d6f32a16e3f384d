//! A call's row as people see it.

use super::calls::CallRecord;
use jiff::Timestamp;
use orderline_domain::{call::CallState, ids::UserId, roles::Role};
use orderline_protocol::view::{CallPhase, CallView, Person};

/// The times and the reason that a state holds, as columns of their own.
#[derive(Debug, Default)]
pub(in crate::store) struct Times {
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub duration_ms: Option<i64>,
    pub reason: Option<String>,
}

impl Times {
    pub fn of(state: &CallState) -> Self {
        match state {
            CallState::Active { started } | CallState::Reconnecting { started, .. } => Self {
                started: Some(started.wall),
                ..Self::default()
            },
            CallState::Ended(ended) => Self {
                started: ended.started_at,
                ended: Some(ended.ended_at),
                duration_ms: Some(i64::try_from(ended.duration_ms).unwrap_or(i64::MAX)),
                reason: serde_json::to_value(ended.reason)
                    .ok()
                    .and_then(|it| it.as_str().map(str::to_owned)),
            },
            CallState::Declined { at, .. }
            | CallState::Busy { at }
            | CallState::NoAnswer { at }
            | CallState::Cancelled { at } => Self {
                ended: Some(*at),
                ..Self::default()
            },
            CallState::Ringing { .. } | CallState::Connecting { .. } => Self::default(),
        }
    }
}

impl CallRecord {
    /// The call as both sides see it.
    pub fn view(&self) -> CallView {
        let times = Times::of(&self.state);
        CallView {
            call: self.call,
            thread: self.thread,
            phase: phase(&self.state),
            version: self.version,
            caller: self.caller.clone(),
            callee: self.callee.clone(),
            ringing_since: self.ringing_since,
            rings_until: self.rings_until,
            started_at: times.started,
            ended_at: times.ended,
            duration_ms: times.duration_ms,
            end_reason: match self.state {
                CallState::Ended(ended) => Some(ended.reason),
                _ => None,
            },
            mode: self.mode.into(),
            notice: self.notice.clone(),
            recording_since: self.recording_since,
        }
    }

    /// The participants by seat: 0 the seller, 1 the buyer.
    pub fn seats(&self) -> Vec<(u8, Person)> {
        let (seller, buyer) = if self.caller.role == Role::Seller {
            (&self.caller, &self.callee)
        } else {
            (&self.callee, &self.caller)
        };
        vec![(0, seller.clone()), (1, buyer.clone())]
    }

    /// The seat of this person, if they take part.
    pub fn seat_of(&self, user: UserId) -> Option<u8> {
        self.seats()
            .iter()
            .find(|(_, person)| person.user == user)
            .map(|(seat, _)| *seat)
    }

    /// Both people's ids.
    pub fn people(&self) -> Vec<UserId> {
        vec![self.caller.user, self.callee.user]
    }
}

const fn phase(state: &CallState) -> CallPhase {
    match state {
        CallState::Ringing { .. } => CallPhase::Ringing,
        CallState::Declined { .. } => CallPhase::Declined,
        CallState::Busy { .. } => CallPhase::Busy,
        CallState::NoAnswer { .. } => CallPhase::NoAnswer,
        CallState::Cancelled { .. } => CallPhase::Cancelled,
        CallState::Connecting { .. } => CallPhase::Connecting,
        CallState::Active { .. } => CallPhase::Active,
        CallState::Reconnecting { .. } => CallPhase::Reconnecting,
        CallState::Ended(_) => CallPhase::Ended,
    }
}
