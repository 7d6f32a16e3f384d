//! Noting what came of a call.

use super::state::FollowUps;
use crate::{
    components::{
        field::{Field, FieldKind, written},
        when::{Clock, WhichOne},
    },
    locale::{format, local_time::next_full_hour, said, t},
};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use orderline_domain::{follow_up::outcome::Outcome, text::OutcomeNote};
use orderline_protocol::{
    around::{CallOutcomes, OutcomeWish},
    socket::Command,
};

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Agreement,
    Thinking,
    CallAgain,
    NotInterested,
    WrongPerson,
}

const CHOICES: [Choice; 5] = [
    Choice::Agreement,
    Choice::Thinking,
    Choice::CallAgain,
    Choice::NotInterested,
    Choice::WrongPerson,
];

impl Choice {
    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Agreement => Self::Agreement,
            Outcome::Thinking => Self::Thinking,
            Outcome::CallAgain { .. } => Self::CallAgain,
            Outcome::NotInterested => Self::NotInterested,
            Outcome::WrongPerson => Self::WrongPerson,
        }
    }

    fn name(self) -> String {
        t(match self {
            Self::Agreement => "outcome.agreement",
            Self::Thinking => "outcome.thinking",
            Self::CallAgain => "outcome.call_again",
            Self::NotInterested => "outcome.not_interested",
            Self::WrongPerson => "outcome.wrong_person",
        })
    }
}

/// The form; `done` is called once it is saved.
#[component]
pub fn OutcomeForm(known: CallOutcomes, done: impl Fn() + Copy + 'static) -> impl IntoView {
    let follow_ups = FollowUps::here();
    let CallOutcomes { call, versions, .. } = known;
    let newest = versions.first();
    let after = newest.map_or(0, |it| it.version);
    let choice = RwSignal::new(newest.map(|it| Choice::of(it.noted.outcome)));
    let due = newest
        .and_then(|it| it.noted.outcome.call_again())
        .unwrap_or_else(|| later(follow_ups.workspace.client.now()));
    let when = Clock::at(due);
    let note = RwSignal::new(
        newest
            .and_then(|it| it.noted.note.as_ref())
            .map(|it: &OutcomeNote| it.as_str().to_owned())
            .unwrap_or_default(),
    );
    let missing = RwSignal::new(false);
    let sending = follow_ups.use_command();
    let (busy, problem) = (sending.busy(), sending.problem());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let due_at = untrack(|| when.moment());
        let outcome = match (choice.get_untracked(), due_at) {
            (Some(Choice::Agreement), _) => Outcome::Agreement,
            (Some(Choice::Thinking), _) => Outcome::Thinking,
            (Some(Choice::NotInterested), _) => Outcome::NotInterested,
            (Some(Choice::WrongPerson), _) => Outcome::WrongPerson,
            (Some(Choice::CallAgain), Some(due_at)) => Outcome::CallAgain { due_at },
            (Some(Choice::CallAgain), None) | (None, _) => {
                missing.set(true);
                return;
            }
        };
        missing.set(false);
        let noted = OutcomeWish {
            outcome,
            note: written(note),
        };
        let command = Command::NoteOutcome { call, after, noted };
        follow_ups.send(sending, command, done);
    };
    let option = move |it: Choice| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="outcome"
                    prop:checked=move || choice.get() == Some(it)
                    on:change=move |_| choice.set(Some(it))
                />
                <span>{it.name()}</span>
            </label>
        }
    };
    let at_time = Signal::derive(move || {
        if let Some(words) = when.skipped() {
            return Some(words);
        }
        if missing.get() {
            return Some(t("field_error.required"));
        }
        said(problem.read().as_ref(), &["due_at"])
    });
    let at_note = Signal::derive(move || said(problem.read().as_ref(), &["note"]));
    view! {
        <form class="form" on:submit=submit novalidate>
            <fieldset class="choices">
                <legend class="hidden">{t("outcome.title")}</legend>
                {CHOICES.into_iter().map(option).collect_view()}
            </fieldset>
            <p class="error" role="alert">
                {move || (missing.get() && choice.get().is_none()).then(|| t("field_error.required"))}
            </p>
            <Show when=move || choice.get() == Some(Choice::CallAgain)>
                <Field id="outcome-when".to_owned() kind=FieldKind::Moment label=t("outcome.when") value=when.wall error=at_time/>
                <WhichOne id="outcome-which" clock=when/>
            </Show>
            <Field id="outcome-note".to_owned() kind=FieldKind::Note label=t("outcome.note") value=note error=at_note/>
            <p class="error" role="alert">{move || said(problem.read().as_ref(), &[])}</p>
            <div class="row">
                <button class="btn primary" type="submit" disabled=move || busy.get()>{t("outcome.save")}</button>
            </div>
        </form>
    }
}

/// Two days on, at the same hour.
fn later(now: Timestamp) -> Timestamp {
    next_full_hour(now, format::offset)
        .saturating_add(SignedDuration::from_hours(47))
        .unwrap_or(now)
}
