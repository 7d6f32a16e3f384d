//! Around a call: what is planned before it, noted after it, and still to be done.

use crate::{page::Page, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    follow_up::{
        appointment::Slot,
        call_back::{CallBackReason, OpenCallBack},
        outcome::{Noted, NotedCall, NotedVersion, Outcome},
    },
    ids::{AppointmentId, CallBackId, CallId, ThreadId},
};
use serde::{Deserialize, Serialize};

/// A time for a call, as a person names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotWish {
    pub starts_at: Timestamp,
    pub minutes: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What somebody does with a planned call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentStep {
    /// Agrees to the time that the other side named.
    Confirm,
    /// Names another time.
    Move { slot: SlotWish },
    Cancel {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// Where a planned call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentPhase {
    /// `by` has named the time; the other has not agreed yet.
    Proposed,
    Confirmed,
    Cancelled,
}

/// A planned call as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentView {
    pub appointment: AppointmentId,
    pub thread: ThreadId,
    /// Of the thread.
    pub title: String,
    /// Grows with every change; a step names the one it was decided on.
    pub version: i64,
    pub phase: AppointmentPhase,
    /// Who named the time, agreed to it or called it off.
    pub by: Person,
    pub slot: Slot,
    pub seller: Person,
    pub buyer: Person,
    /// Of the vendor (IANA name).
    pub seller_zone: String,
    /// Of the buyer's browser, once it has told.
    pub buyer_zone: Option<String>,
}

/// `GET /api/appointments`: planned calls of the person's threads that are not over, the next first.
/// `GET /api/threads/{thread}/appointments`: those of one thread.
/// `GET /api/appointments/{appointment}/calendar.ics`: one as an iCalendar file, also after it was called off.
pub type AppointmentList = Page<AppointmentView>;

/// `PUT /api/session/time-zone`: the time zone of the person's browser (IANA name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeZoneOf {
    pub time_zone: String,
}

/// What a seller notes after a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeWish {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One version of what was noted after a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeView {
    pub call: CallId,
    /// From 1.
    pub version: i64,
    pub noted: Noted,
    pub by: Person,
    pub at: Timestamp,
}

/// A call of the thread that is over, with what was noted after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOutcomes {
    pub call: CallId,
    pub ended_at: Timestamp,
    /// The newest first; empty while nothing was noted.
    pub versions: Vec<OutcomeView>,
}

impl From<NotedCall> for CallOutcomes {
    fn from(noted: NotedCall) -> Self {
        let call = noted.call;
        let view = |it: NotedVersion| OutcomeView {
            call,
            version: it.version,
            noted: it.noted,
            by: it.by.into(),
            at: it.at,
        };
        Self {
            call,
            ended_at: noted.ended_at,
            versions: noted.versions.into_iter().map(view).collect(),
        }
    }
}

/// `GET /api/threads/{thread}/outcomes` (never for buyers): calls in which the two spoke, the newest first.
pub type OutcomeList = Page<CallOutcomes>;

/// A call that is still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBackView {
    pub call_back: CallBackId,
    pub thread: ThreadId,
    /// Of the thread.
    pub title: String,
    pub buyer: Person,
    pub reason: CallBackReason,
    pub due_at: Timestamp,
    pub since: Timestamp,
    /// Grows with every change; a step names the one it was decided on.
    pub version: i64,
}

impl From<OpenCallBack> for CallBackView {
    fn from(open: OpenCallBack) -> Self {
        Self {
            call_back: open.call_back,
            thread: open.thread,
            title: open.title,
            buyer: open.buyer.into(),
            reason: open.reason,
            due_at: open.due_at,
            since: open.since,
            version: open.version,
        }
    }
}

/// `GET /api/call-backs` (seller): what is still to be done, the most pressing first.
pub type CallBackList = Page<CallBackView>;

/// What a seller does with a call that is still to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallBackStep {
    CrossOff,
    PutOff { until: Timestamp },
}
