//! What each kind of event says, in the person's words.

use crate::{
    components::around,
    locale::{
        format::{self, Moment},
        t, t_count, t_with,
    },
};
use jiff::Timestamp;
use orderline_domain::{
    call::{CallEndReason, CallSide},
    consent::ConsentDecision,
    ids::UserId,
    order::ContractBasis,
    schedule::Schedule,
    thread::EventBody,
};
use orderline_protocol::view::{EventView, Person};

/// How much an event asks for attention. The words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// Something good and final, such as an order.
    Good,
    /// Something is being recorded.
    Recorded,
    /// Needs a look.
    Warn,
}

impl Tone {
    /// The class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Recorded => "rec",
            Self::Warn => "warn",
        }
    }
}

/// An event that is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub what: String,
    pub more: Option<String>,
    pub tone: Tone,
}

/// The name of whoever caused the event.
pub fn author(event: &EventView, people: &[Person]) -> String {
    event
        .author
        .map_or_else(|| t("event.system"), |user| name_of(user, people))
}

fn name_of(user: UserId, people: &[Person]) -> String {
    people
        .iter()
        .find(|person| person.user == user)
        .map_or_else(|| t("event.somebody"), |person| person.name.clone())
}

/// What an event says. A message says its text.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind of event, and nothing else"
)]
pub fn notice(event: &EventView, people: &[Person]) -> Notice {
    let who = author(event, people);
    let by = [("name", who.as_str())];
    let plain = |what: String| Notice {
        what,
        more: None,
        tone: Tone::Plain,
    };
    match &event.body {
        EventBody::MessageSent { text } => plain(text.as_str().to_owned()),
        EventBody::CallRang { .. } => plain(t_with("event.call_rang", &by)),
        EventBody::CallStarted { .. } => plain(t("event.call_started")),
        EventBody::CallEnded {
            reason,
            started_at,
            ended_at,
            duration_ms,
            ..
        } => call_ended(*reason, *started_at, *ended_at, *duration_ms),
        EventBody::CallMissed { .. } => Notice {
            tone: Tone::Warn,
            ..plain(t("event.call_missed"))
        },
        EventBody::CallDeclined {
            reason, call_at, ..
        } => Notice {
            more: super::calls::declined_more(reason.as_ref(), *call_at),
            ..plain(t_with("event.call_declined", &by))
        },
        EventBody::CallBusy { .. } => plain(t("event.call_busy")),
        EventBody::CallCancelled { .. } => plain(t_with("event.call_cancelled", &by)),
        EventBody::ConsentGiven {
            policy, decision, ..
        } => Notice {
            what: match decision {
                ConsentDecision::Accepted => t_with("event.consent_accepted", &by),
                ConsentDecision::Declined => t_with("event.consent_declined", &by),
                ConsentDecision::Withdrawn => t_with("event.consent_withdrawn", &by),
            },
            more: Some(format!(
                "{}-{}, {}",
                policy.policy,
                policy.version,
                format::language_name(&policy.language)
            )),
            tone: Tone::Plain,
        },
        EventBody::RecordingStarted { .. } => Notice {
            tone: Tone::Recorded,
            ..plain(t("event.recording_started"))
        },
        EventBody::RecordingEnded { by, .. } => plain(match by {
            Some(CallSide::Buyer) => t("event.recording_ended_buyer"),
            Some(CallSide::Seller) => t("event.recording_ended_seller"),
            None => t("event.recording_ended"),
        }),
        EventBody::RecordingStored { duration_ms, .. } => Notice {
            more: Some(format::duration(duration_ms.cast_signed())),
            ..plain(t("event.recording_stored"))
        },
        EventBody::OfferRevised {
            number, content, ..
        } => Notice {
            what: t_with("event.offer_revised", &[("number", &number.to_string())]),
            more: Some(format!(
                "{}, {} · {}",
                content.product_name,
                content.plan_label,
                payments(&content.schedule)
            )),
            tone: Tone::Plain,
        },
        EventBody::OfferConfirmed { number, .. } => Notice {
            tone: Tone::Good,
            ..plain(t_with(
                "event.offer_confirmed",
                &[("name", &who), ("number", &number.to_string())],
            ))
        },
        EventBody::OrderPlaced {
            number,
            basis,
            schedule,
            ..
        } => order_placed(*number, basis, schedule),
        EventBody::OrderAccepted { number, words, .. } => Notice {
            what: t_with(
                "event.order_accepted",
                &[("name", &who), ("number", &number.to_string())],
            ),
            more: Some(format!(
                "{}-{}, {}",
                words.policy,
                words.version,
                format::language_name(&words.language)
            )),
            tone: Tone::Good,
        },
        EventBody::CallRequested { .. }
        | EventBody::CallRequestAnswered { .. }
        | EventBody::ThreadClosed
        | EventBody::ThreadReopened
        | EventBody::CallsSwitched { .. }
        | EventBody::CallSummarised { .. } => {
            super::calls::around(event, &who).unwrap_or_else(|| plain(who))
        }
        EventBody::CallJoined { user, .. } => {
            let name = name_of(*user, people);
            plain(t_with("event.call_joined", &[("name", &name)]))
        }
        EventBody::CallLeft { user, to, .. } => {
            let (name, to) = (name_of(*user, people), name_of(*to, people));
            plain(t_with("event.call_left", &[("name", &name), ("to", &to)]))
        }
        EventBody::OrderRefused { number, reason, .. } => Notice {
            what: t_with(
                "event.order_refused",
                &[("name", &who), ("number", &number.to_string())],
            ),
            more: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            tone: Tone::Warn,
        },
        EventBody::OrderLapsed { number, .. } => Notice {
            what: t_with("event.order_lapsed", &[("number", &number.to_string())]),
            more: None,
            tone: Tone::Warn,
        },
        EventBody::JoinLinkChanged {
            channel,
            hint,
            step,
            ..
        } => around::words::link(*channel, hint, *step, &who),
        EventBody::AppointmentChanged { change, .. } => around::words::notice(change, &who),
    }
}

/// An order that binds, or that waits for the buyer's written acceptance and says so.
fn order_placed(number: u64, basis: &ContractBasis, schedule: &Schedule) -> Notice {
    let (key, tone) = match basis {
        ContractBasis::Recording { .. } => ("event.order_placed", Tone::Good),
        ContractBasis::WrittenConfirmation => ("event.order_waits", Tone::Warn),
    };
    Notice {
        what: t_with(key, &[("number", &number.to_string())]),
        more: Some(format!(
            "{} · {}",
            payments(schedule),
            contract_basis(basis)
        )),
        tone,
    }
}

/// What an event says to this person: what became of a call is put from their side.
pub fn notice_for(event: &EventView, people: &[Person], me: UserId) -> Notice {
    let mut notice = notice(event, people);
    if let Some(what) = super::calls::from_my_side(event, people, me) {
        notice.what = what;
    }
    notice
}

/// How a call ended: its length, both times and who or what ended it (CU7).
fn call_ended(
    reason: CallEndReason,
    started_at: Option<Timestamp>,
    ended_at: Timestamp,
    duration_ms: u64,
) -> Notice {
    let tone = match reason {
        CallEndReason::HungUpBySeller | CallEndReason::HungUpByBuyer => Tone::Plain,
        CallEndReason::ConnectionLost
        | CallEndReason::ServerStopped
        | CallEndReason::NeverConnected => Tone::Warn,
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

/// One line of an event for the list of threads.
pub fn preview(event: &EventView, people: &[Person], me: UserId) -> String {
    match (&event.body, event.author) {
        (EventBody::MessageSent { text }, Some(author)) if author == me => {
            t_with("threads.you_wrote", &[("text", text.as_str())])
        }
        _ => notice_for(event, people, me).what,
    }
}

/// The total and in how many payments it comes.
pub fn payments(schedule: &Schedule) -> String {
    let total = format::money(&schedule.total);
    let count = i64::try_from(schedule.payments.len()).unwrap_or(i64::MAX);
    t_count("event.total_in_payments", count, &[("total", &total)])
}

/// On what the contract stands.
pub fn contract_basis(basis: &ContractBasis) -> String {
    t(match basis {
        ContractBasis::Recording { .. } => "order.basis.recording",
        ContractBasis::WrittenConfirmation => "order.basis.written",
    })
}

/// Why a call ended.
pub fn end_reason(reason: CallEndReason) -> String {
    t(match reason {
        CallEndReason::HungUpBySeller => "call.end.hung_up_by_seller",
        CallEndReason::HungUpByBuyer => "call.end.hung_up_by_buyer",
        CallEndReason::ConnectionLost => "call.end.connection_lost",
        CallEndReason::ServerStopped => "call.end.server_stopped",
        CallEndReason::NeverConnected => "call.end.never_connected",
    })
}
