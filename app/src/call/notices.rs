//! What a thread says about its calls.

use super::words::end_reason;
use crate::{
    components::when,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    thread::state::{thread::ThreadStateStoreFields, workspace::Workspace},
    wording::notice::{Notice, Tone},
};
use jiff::Timestamp;
use leptos::prelude::*;
use orderline_domain::{
    call::CallEndReason,
    ids::{CallId, ThreadId, UserId},
    people::side::Side,
    text::DeclineReason,
    thread::EventBody,
};
use orderline_protocol::{person::Person, thread::EventView};

/// What became of a call as one of its two people says it; `None` for others and for other events.
pub fn from_my_side(event: &EventView, people: &[Person], me: UserId) -> Option<String> {
    let mine = people.iter().find(|person| person.user == me)?;
    let side = Side::of(mine.role);
    let other = people
        .iter()
        .find(|person| Side::of(person.role) == side.across())?;
    let by = [("name", other.name.as_str())];
    let called = side == Side::Seller;
    match &event.body {
        EventBody::CallMissed { .. } if called => Some(t_with("call.ended.no_answer", &by)),
        EventBody::CallBusy { .. } if called => Some(t_with("call.ended.busy", &by)),
        EventBody::CallBusy { .. } => Some(t_with("event.call_while_busy", &by)),
        EventBody::CallCancelled { .. } if called => Some(t("call.ended.cancelled")),
        EventBody::CallMissed { .. } | EventBody::CallCancelled { .. } => {
            Some(t_with("call.ended.missed", &by))
        }
        EventBody::CallDeclined { .. } if event.author == Some(me) => {
            Some(t("call.ended.you_declined"))
        }
        _ => None,
    }
}

/// Why a call was declined, and when another would suit.
pub fn declined_more(reason: Option<&DeclineReason>, call_at: Option<Timestamp>) -> Option<String> {
    let at = call_at.map(|at| t_with("event.call_me_at", &[("time", &when::on(at))]));
    match (reason.map(DeclineReason::as_str), at) {
        (Some(reason), Some(at)) => Some(format!("{reason} · {at}")),
        (Some(reason), None) => Some(reason.to_owned()),
        (None, at) => at,
    }
}

/// How long the call was, and when, if its end stands in the part of the thread that is held.
pub fn ended_line(workspace: &Workspace, thread: ThreadId, call: CallId) -> Option<String> {
    let state = workspace.open(thread);
    let log = state.log();
    let log = log.read_untracked();
    let event = log.end_of(call)?;
    let EventBody::CallEnded {
        reason,
        started_at,
        ended_at,
        duration_ms,
        ..
    } = &event.body
    else {
        return None;
    };
    let what = ended(*reason, *started_at, *ended_at, *duration_ms).what;
    Some(format!(
        "{what}, {}",
        format::moment(event.at, Moment::DayTime)
    ))
}

/// Calls of a thread were switched on or off, or sold.
pub fn switched(on: bool, paid: bool, who: &str) -> String {
    let key = match (on, paid) {
        (true, false) => "event.calls_chosen",
        (false, false) => "event.calls_unchosen",
        (true, true) => "event.calls_paid",
        (false, true) => "event.calls_unpaid",
    };
    t_with(key, &[("name", who)])
}

/// How a call ended: its length, both times and who or what ended it (CU7).
pub fn ended(
    reason: CallEndReason,
    started_at: Option<Timestamp>,
    ended_at: Timestamp,
    duration_ms: u64,
) -> Notice {
    let tone = match reason {
        CallEndReason::HungUpBySeller | CallEndReason::HungUpByBuyer => Tone::Plain,
        CallEndReason::ConnectionLost
        | CallEndReason::ServerStopped
        | CallEndReason::NeverConnected
        | CallEndReason::VendorShut => Tone::Warn,
    };
    let Some(started_at) = started_at else {
        return Notice {
            what: t("event.call_never_connected"),
            more: None,
            tone,
        };
    };
    let duration = format::duration(duration_ms.cast_signed());
    let from = format::moment(started_at, Moment::Clock);
    let to = format::moment(ended_at, Moment::Clock);
    let times = t_with("event.from_to", &[("from", &from), ("to", &to)]);
    Notice {
        what: t_with("event.call_ended", &[("duration", &duration)]),
        more: Some(format!("{times} · {}", end_reason(reason))),
        tone,
    }
}
