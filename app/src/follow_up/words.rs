//! Planned calls, outcomes and calls still to be made, in words.

use crate::{
    locale::{
        format::{self, Moment},
        t, t_count, t_with, zone,
    },
    wording::notice::{Notice, Tone},
};
use jiff::Timestamp;
use orderline_domain::{
    follow_up::{
        appointment::{AppointmentChange, Slot},
        call_back::CallBackReason,
        outcome::Outcome,
    },
    thread::{
        join_link::{Channel, JoinLinkStep},
        outreach::Outreach,
    },
};
use orderline_protocol::around::{AppointmentPhase, AppointmentView};

/// When a planned call is: day, from, to.
pub fn span(slot: &Slot) -> String {
    let day = format::moment(slot.starts_at, Moment::LongDay);
    let from = format::moment(slot.starts_at, Moment::Time);
    let to = format::moment(slot.ends_at(), Moment::Time);
    t_with("plan.span", &[("day", &day), ("from", &from), ("to", &to)])
}

/// The same moment on the clocks of both sides, where they show something else than here.
pub fn clocks(it: &AppointmentView) -> Vec<String> {
    let at = it.slot.starts_at;
    let mut zones: Vec<(&str, &str)> = vec![(&it.seller.name, &it.seller_zone)];
    if let Some(zone) = &it.buyer_zone {
        zones.push((&it.buyer.name, zone));
    }
    zones
        .into_iter()
        .filter(|(_, zone)| zone::differs(at, zone))
        .filter_map(|(name, zone)| {
            let time = zone::moment(at, zone)?;
            let place = zone::name(zone);
            let values = [("name", name), ("time", &time), ("place", &place)];
            Some(t_with("plan.clock", &values))
        })
        .collect()
}

/// Where it stands, for whoever reads it.
pub fn phase(it: &AppointmentView, mine: bool, other: &str) -> String {
    match it.phase {
        AppointmentPhase::Proposed if mine => t_with("plan.waits_for", &[("name", other)]),
        AppointmentPhase::Proposed => t_with("plan.proposed_by", &[("name", &it.by.name)]),
        AppointmentPhase::Confirmed => t("plan.agreed"),
        AppointmentPhase::Cancelled => t_with("plan.cancelled_by", &[("name", &it.by.name)]),
    }
}

/// What a thread says about a change of a planned call.
pub fn notice(change: &AppointmentChange, who: &str) -> Notice {
    let by = [("name", who)];
    let note = |slot: &Slot| slot.note.as_ref().map(|note| note.as_str().to_owned());
    let more = |slot: &Slot, said: Option<String>| {
        Some(match said {
            Some(said) => format!("{} · {said}", span(slot)),
            None => span(slot),
        })
    };
    match change {
        AppointmentChange::Proposed { slot } => Notice {
            what: t_with("event.call_planned", &by),
            more: more(slot, note(slot)),
            tone: Tone::Plain,
        },
        AppointmentChange::Confirmed { slot } => Notice {
            what: t_with("event.call_plan_agreed", &by),
            more: more(slot, None),
            tone: Tone::Good,
        },
        AppointmentChange::Moved { slot, .. } => Notice {
            what: t_with("event.call_plan_moved", &by),
            more: more(slot, note(slot)),
            tone: Tone::Plain,
        },
        AppointmentChange::Cancelled { slot, reason } => Notice {
            what: t_with("event.call_plan_cancelled", &by),
            more: more(slot, reason.as_ref().map(|it| it.as_str().to_owned())),
            tone: Tone::Warn,
        },
    }
}

/// What a thread says about a link that was sent into it.
pub fn link(channel: Channel, hint: &str, step: JoinLinkStep, who: &str) -> Notice {
    let values = [("name", who), ("hint", hint)];
    let (key, tone) = match (step, channel) {
        (JoinLinkStep::Sent, Channel::Mail) => ("event.link_sent_by_mail", Tone::Plain),
        (JoinLinkStep::Sent, Channel::Sms) => ("event.link_sent_by_sms", Tone::Plain),
        (JoinLinkStep::Proven, Channel::Mail) => ("event.link_proved_mail", Tone::Good),
        (JoinLinkStep::Proven, Channel::Sms) => ("event.link_proved_number", Tone::Good),
        (JoinLinkStep::Revoked, _) => ("event.link_revoked", Tone::Plain),
    };
    Notice {
        what: t_with(key, &values),
        more: None,
        tone,
    }
}

/// What somebody does not know because a message did not reach them, and what may be done instead.
pub fn undelivered(what: Outreach, name: &str, hint: &str) -> Notice {
    let key = match what {
        Outreach::Call => "event.undelivered.call",
        Outreach::PlannedCall => "event.undelivered.planned_call",
        Outreach::Reminder => "event.undelivered.reminder",
        Outreach::JoinLink => "event.undelivered.join_link",
        Outreach::Code => "event.undelivered.code",
        Outreach::Acceptance => "event.undelivered.acceptance",
    };
    Notice {
        what: t_with(key, &[("name", name), ("hint", hint)]),
        more: Some(t("event.undelivered.instead")),
        tone: Tone::Warn,
    }
}

/// What came of a call.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Agreement => t("outcome.agreement"),
        Outcome::Thinking => t("outcome.thinking"),
        Outcome::CallAgain { due_at } => {
            t_with("outcome.call_again_at", &[("at", &zone::here(due_at))])
        }
        Outcome::NotInterested => t("outcome.not_interested"),
        Outcome::WrongPerson => t("outcome.wrong_person"),
    }
}

/// Why somebody is to be called.
pub fn reason(reason: CallBackReason) -> String {
    t(match reason {
        CallBackReason::Missed => "callbacks.missed",
        CallBackReason::Declined => "callbacks.declined",
        CallBackReason::Requested => "callbacks.requested",
        CallBackReason::CallAgain => "callbacks.call_again",
    })
}

/// Until, or since when, something is due.
pub fn due(at: Timestamp, now: Timestamp) -> String {
    let minutes = at.duration_since(now).as_mins();
    match minutes {
        i64::MIN..=-1440 => t_count("callbacks.overdue.days", -minutes / 1_440, &[]),
        -1439..=-60 => t_count("callbacks.overdue.hours", -minutes / 60, &[]),
        -59..=-1 => t_count("callbacks.overdue.minutes", -minutes, &[]),
        0..=59 => t_count("callbacks.in.minutes", minutes.max(1), &[]),
        60..=1439 => t_count("callbacks.in.hours", minutes / 60, &[]),
        _ => t_count("callbacks.in.days", minutes / 1_440, &[]),
    }
}
