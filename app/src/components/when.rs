//! A moment ahead: the usual ones with a tap, any other by day and time.

use crate::locale::{
    format::{self, Moment},
    local_time::{Local, offset_words},
    t, t_with,
};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

/// What can be chosen without typing.
const SOON: [(&str, i64); 3] = [
    ("when.in_half_hour", 30),
    ("when.in_hour", 60),
    ("when.in_two_hours", 120),
];
/// The hour that "tomorrow" means, on the person's own clock.
const TOMORROW_HOUR: u32 = 9;

/// A choice of a moment. `none` is what it is called when there is none; without it a moment must be chosen.
#[component]
pub fn When(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    now: Timestamp,
    value: RwSignal<Option<Timestamp>>,
    #[prop(optional, into)] none: Option<String>,
    /// Another day or time is to be typed.
    #[prop(optional)]
    typing: RwSignal<bool>,
) -> impl IntoView {
    let moments: Vec<(Timestamp, String)> = choices(now);
    let first = none.unwrap_or_else(|| t("when.choose"));
    let options = moments
        .iter()
        .enumerate()
        .map(|(at, (_, words))| view! { <option value=at.to_string()>{words.clone()}</option> })
        .collect_view();
    let chosen = move |event: leptos::ev::Event| {
        let picked = event_target_value(&event);
        typing.set(picked == "other");
        let at = picked.parse::<usize>().ok();
        value.set(at.and_then(|at| moments.get(at)).map(|(moment, _)| *moment));
    };
    let clock = Clock::empty();
    Effect::new(move |_| {
        if typing.get() {
            value.set(clock.moment());
        }
    });
    let exact = format!("{id}-exact");
    view! {
        <div class="field when">
            <label for=id.clone()>{label}</label>
            <select id=id on:change=chosen>
                <option value="">{first}</option>
                {options}
                <option value="other">{t("when.other")}</option>
            </select>
            {move || {
                typing
                    .get()
                    .then(|| {
                        view! {
                            <input
                                id=exact.clone()
                                type="datetime-local"
                                aria-label=t("when.exact")
                                min=format::local_input(now)
                                prop:value=clock.wall
                                on:input=move |event| clock.wall.set(event_target_value(&event))
                            />
                            <p class="note" role="status">{move || clock.skipped()}</p>
                            <WhichOne id=format!("{exact}-which") clock=clock/>
                        }
                    })
            }}
        </div>
    }
}

/// A day and a time as they are typed on the person's own clock.
#[derive(Clone, Copy)]
pub struct Clock {
    /// What the field holds.
    pub wall: RwSignal<String>,
    /// Of a time that comes twice the second is meant.
    later: RwSignal<bool>,
}

impl Clock {
    /// With nothing typed.
    pub fn empty() -> Self {
        Self {
            wall: RwSignal::new(String::new()),
            later: RwSignal::new(false),
        }
    }

    /// At a moment.
    pub fn at(at: Timestamp) -> Self {
        let wall = format::local_input(at);
        let twins = format::local(&wall).twins();
        Self {
            later: RwSignal::new(twins.is_some_and(|(_, last)| last == at)),
            wall: RwSignal::new(wall),
        }
    }

    /// The moment that is meant, where there is one.
    pub fn moment(self) -> Option<Timestamp> {
        format::local(&self.wall.read()).moment(self.later.get())
    }

    /// Says so where clocks are put forward over the time that was typed.
    pub fn skipped(self) -> Option<String> {
        (format::local(&self.wall.read()) == Local::Missing).then(|| t("when.missing"))
    }
}

/// Asks which one is meant where clocks are put back over the time that was typed, so that it comes twice.
#[component]
pub fn WhichOne(#[prop(into)] id: String, clock: Clock) -> impl IntoView {
    let twins = Memo::new(move |_| format::local(&clock.wall.read()).twins());
    move || {
        twins.get().map(|(first, last)| {
            let one = |later: bool| {
                let (at, key) = if later {
                    (last, "when.second")
                } else {
                    (first, "when.first")
                };
                let words = t_with(key, &[("offset", &offset_words(format::offset(at)))]);
                view! {
                    <label class="choice">
                        <input
                            type="radio"
                            name=id.clone()
                            prop:checked=move || clock.later.get() == later
                            on:change=move |_| clock.later.set(later)
                        />
                        <span>{words}</span>
                    </label>
                }
            };
            view! {
                <fieldset class="choices which-one">
                    <legend>{t("when.twice")}</legend>
                    {one(false)}
                    {one(true)}
                </fieldset>
            }
        })
    }
}

fn choices(now: Timestamp) -> Vec<(Timestamp, String)> {
    let mut choices: Vec<(Timestamp, String)> = SOON
        .into_iter()
        .filter_map(|(key, minutes)| {
            let at = now.checked_add(SignedDuration::from_mins(minutes)).ok()?;
            let time = format::moment(at, Moment::Time);
            Some((at, t_with(key, &[("time", &time)])))
        })
        .collect();
    if let Some(at) = format::local_tomorrow(now, TOMORROW_HOUR) {
        let time = format::moment(at, Moment::Time);
        choices.push((at, t_with("when.tomorrow", &[("time", &time)])));
    }
    choices
}

/// A moment ahead in words: only the time when it is today.
pub fn words(at: Timestamp, now: Timestamp) -> String {
    if format::local_day(at) == format::local_day(now) {
        t_with("when.at", &[("time", &format::moment(at, Moment::Time))])
    } else {
        on(at)
    }
}

/// A moment in words that stay right on other days too.
pub fn on(at: Timestamp) -> String {
    t_with("when.on", &[("time", &format::moment(at, Moment::DayTime))])
}
