//! Calls that were not taken and wishes for a call, in the words of whoever reads.

use super::wording::{Notice, Tone};
use crate::{
    components::when,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    state::{Workspace, thread_state::ThreadStateStoreFields},
};
use jiff::Timestamp;
use leptos::prelude::*;
use orderline_domain::{
    call_request::{CallRequestState, RequestAnswer},
    ids::{CallId, ThreadId, UserId},
    roles::Role,
    text::{CallNote, DeclineReason},
    thread::EventBody,
};
use orderline_protocol::{
    calling::CallRequestView,
    view::{EventView, Person},
};

/// What became of a call as one of its two people says it; `None` for others and for other events.
pub fn from_my_side(event: &EventView, people: &[Person], me: UserId) -> Option<String> {
    let mine = people.iter().find(|person| person.user == me)?;
    let other = people.iter().find(|person| person.role != mine.role)?;
    let by = [("name", other.name.as_str())];
    let called = mine.role == Role::Seller;
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

/// Somebody asks for a call.
fn requested(who: &str, wish: Option<Timestamp>, note: Option<&CallNote>) -> Notice {
    let time = wish.map_or_else(
        || t("request.soon"),
        |at| t_with("request.at", &[("time", &when::on(at))]),
    );
    let more = match note.map(CallNote::as_str) {
        Some(note) => format!("{time} · {note}"),
        None => time,
    };
    Notice {
        what: t_with("request.asks", &[("name", who)]),
        more: Some(more),
        tone: Tone::Warn,
    }
}

/// What was said to a wish.
fn answered(who: &str, answer: &RequestAnswer) -> Notice {
    let by = [("name", who)];
    match answer {
        RequestAnswer::Planned { at } => {
            let time = when::on(*at);
            Notice {
                what: t_with("request.planned", &[("name", who), ("time", &time)]),
                more: None,
                tone: Tone::Good,
            }
        }
        RequestAnswer::Refused { reason } => Notice {
            what: t_with("request.refused", &by),
            more: Some(reason.as_str().to_owned()),
            tone: Tone::Plain,
        },
        RequestAnswer::Withdrawn => Notice {
            what: t_with("request.withdrawn", &by),
            more: None,
            tone: Tone::Plain,
        },
    }
}

/// A wish that waits, in a line of the list.
pub fn waiting(request: &CallRequestView, now: Timestamp) -> String {
    let name = request.by.name.as_str();
    match (&request.state, request.wish) {
        (CallRequestState::Planned { at, .. }, _) => {
            t_with("threads.call_planned", &[("time", &when::words(*at, now))])
        }
        (_, Some(at)) => t_with(
            "threads.asks_for_call_at",
            &[("name", name), ("time", &when::words(at, now))],
        ),
        (_, None) => t_with("request.asks", &[("name", name)]),
    }
}

/// How long the call was, and when, if its end stands in the part of the thread that is held.
pub fn ended_line(workspace: Workspace, thread: ThreadId, call: CallId) -> Option<String> {
    let state = workspace.open(thread);
    let log = state.log();
    let log = log.read_untracked();
    let event = log.end_of(call)?;
    Some(super::wording::notice(event, &state.people().read_untracked()).what)
        .map(|what| format!("{what}, {}", format::moment(event.at, Moment::DayTime)))
}

/// What is told of wishes for a call, of a thread that was closed or opened, of switched calls, and of a summary.
pub fn around(event: &EventView, who: &str) -> Option<Notice> {
    let by = [("name", who)];
    let plain = |key: &str| Notice {
        what: t_with(key, &by),
        more: None,
        tone: Tone::Plain,
    };
    Some(match &event.body {
        EventBody::CallRequested { wish, note, .. } => requested(who, *wish, note.as_ref()),
        EventBody::CallRequestAnswered { answer, .. } => answered(who, answer),
        EventBody::ThreadClosed => plain("event.thread_closed"),
        EventBody::ThreadReopened => plain("event.thread_reopened"),
        EventBody::CallsSwitched { on, paid } => plain(match (on, paid) {
            (true, false) => "event.calls_chosen",
            (false, false) => "event.calls_unchosen",
            (true, true) => "event.calls_paid",
            (false, true) => "event.calls_unpaid",
        }),
        EventBody::CallSummarised { text, .. } => Notice {
            what: t_with("event.call_summarised", &by),
            more: Some(text.as_str().to_owned()),
            tone: Tone::Plain,
        },
        _ => return None,
    })
}
