//! What each kind of event says, in the person's words.

pub mod notice;

use crate::{
    call, follow_up,
    locale::{format, t, t_with},
    offer, order,
};
use notice::{Notice, Tone, author, name_of};
use orderline_domain::{
    call::CallSide,
    ids::UserId,
    people::proof::Proof,
    policy::consent::ConsentDecision,
    thread::{AskedAbout, EventBody},
};
use orderline_protocol::{person::Person, thread::EventView};

/// What an event says. A message says its text.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind of event, and nothing else"
)]
pub fn notice(event: &EventView, people: &[Person]) -> Notice {
    let who = author(event, people);
    let by = [("name", who.as_str())];
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
        } => call::notices::ended(*reason, *started_at, *ended_at, *duration_ms),
        EventBody::CallMissed { .. } => Notice {
            tone: Tone::Warn,
            ..plain(t("event.call_missed"))
        },
        EventBody::CallDeclined {
            reason, call_at, ..
        } => Notice {
            more: call::notices::declined_more(reason.as_ref(), *call_at),
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
                offer::words::payments(&content.schedule)
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
        } => order::words::placed(*number, basis, schedule),
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
        EventBody::CallRequested { wish, note, .. } => {
            follow_up::notices::requested(&who, *wish, note.as_ref())
        }
        EventBody::CallRequestAnswered { answer, .. } => follow_up::notices::answered(&who, answer),
        EventBody::ThreadClosed => plain(t_with("event.thread_closed", &by)),
        EventBody::ThreadReopened => plain(t_with("event.thread_reopened", &by)),
        EventBody::CallsSwitched { on, paid } => plain(call::notices::switched(*on, *paid, &who)),
        EventBody::CallSummarised { text, .. } => Notice {
            more: Some(text.as_str().to_owned()),
            ..plain(t_with("event.call_summarised", &by))
        },
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
        } => follow_up::words::link(*channel, hint, *step, &who),
        EventBody::PersonProven { hint, .. } => Notice {
            tone: Tone::Good,
            ..plain(t_with(
                "event.person_proven",
                &[("name", &who), ("hint", hint)],
            ))
        },
        EventBody::QuestionAsked { proof, product } => asked(*proof, product.as_ref(), &who),
        EventBody::Undelivered { what, to, hint, .. } => {
            follow_up::words::undelivered(*what, &name_of(*to, people), hint)
        }
        EventBody::AppointmentChanged { change, .. } => follow_up::words::notice(change, &who),
        EventBody::Unknown(_) => plain(t("event.unknown")),
        EventBody::Erased { .. } => plain(t("event.erased")),
        EventBody::Tampered { .. } => Notice {
            tone: Tone::Warn,
            ..plain(t("event.tampered"))
        },
    }
}

const fn plain(what: String) -> Notice {
    Notice {
        what,
        more: None,
        tone: Tone::Plain,
    }
}

/// How a question came, and whether whoever asked has shown who they are.
fn asked(proof: Proof, product: Option<&AskedAbout>, who: &str) -> Notice {
    let more = (!proof.shows_person()).then(|| t_with("event.asked.unproven", &[("name", who)]));
    let what = match product {
        Some(it) => t_with("event.asked.about", &[("product", &it.name)]),
        None => t("event.asked"),
    };
    Notice {
        more,
        ..plain(what)
    }
}

/// What an event says to this person: what became of a call is put from their side.
pub fn notice_for(event: &EventView, people: &[Person], me: UserId) -> Notice {
    let mut notice = notice(event, people);
    if let Some(what) = call::notices::from_my_side(event, people, me) {
        notice.what = what;
    }
    notice
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
