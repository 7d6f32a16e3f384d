//! Wishes for a call, in the words of whoever reads.

use crate::{
    components::when,
    locale::{t, t_with},
    wording::notice::{Notice, Tone},
};
use jiff::Timestamp;
use orderline_domain::{
    follow_up::{
        call_request::{CallRequestState, RequestAnswer},
        refusal::{ReadyReason, Refusal},
    },
    text::CallNote,
};
use orderline_protocol::calling::CallRequestView;

/// Somebody asks for a call.
pub fn requested(who: &str, wish: Option<Timestamp>, note: Option<&CallNote>) -> Notice {
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
pub fn answered(who: &str, answer: &RequestAnswer) -> Notice {
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
        RequestAnswer::Refused(refusal) => Notice {
            what: t_with("request.refused", &by),
            more: Some(refusal_words(refusal)),
            tone: Tone::Plain,
        },
        RequestAnswer::Withdrawn => Notice {
            what: t_with("request.withdrawn", &by),
            more: None,
            tone: Tone::Plain,
        },
    }
}

/// A reason that stands ready.
pub fn ready_reason(because: ReadyReason) -> String {
    t(match because {
        ReadyReason::NoTime => "request.because.no_time",
        ReadyReason::NotPartOfOrder => "request.because.not_part_of_order",
    })
}

/// Why the seller will not call.
fn refusal_words(refusal: &Refusal) -> String {
    let ready = refusal.because.map(ready_reason);
    let words = refusal.reason.as_ref().map(|it| it.as_str().to_owned());
    match (ready, words) {
        (Some(ready), Some(words)) => format!("{ready} · {words}"),
        (ready, words) => ready.or(words).unwrap_or_default(),
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
