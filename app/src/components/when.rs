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
) -> impl IntoView {
    let typing = RwSignal::new(false);
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
    let wall = RwSignal::new(String::new());
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        value.set(format::local(&text).moment());
        wall.set(text);
    };
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
                                on:input=typed
                            />
                            <p class="note" role="status">{move || clock_note(&wall.read())}</p>
                        }
                    })
            }}
        </div>
    }
}

/// What is odd about a local time that was typed: it does not exist, or comes twice.
pub fn clock_note(text: &str) -> Option<String> {
    match format::local(text) {
        Local::Missing => Some(t("when.missing")),
        Local::Twice(first, last) => {
            let offsets = [first, last].map(|at| offset_words(format::offset(at)));
            Some(t_with(
                "when.twice",
                &[("meant", &offsets[0]), ("other", &offsets[1])],
            ))
        }
        Local::Incomplete | Local::Once(_) => None,
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
