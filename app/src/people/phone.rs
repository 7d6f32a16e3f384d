//! A phone number as the server understood it, shown before anything is sent to it: the world's number plan is too
//! large for a page.

use crate::{
    api::{self, Failure},
    locale::{country, problem_text, t_with, text_at},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::http::{PhoneTyped, PhoneUnderstood};
use std::time::Duration;

/// Wait after the last key before a number is asked about.
const ASK_AFTER: Duration = Duration::from_millis(250);
/// The field that the server's answer names.
const FIELD: &str = "phone";

/// What is known of a number that is being typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Heard {
    /// Nothing was typed, or no answer has come yet.
    Nothing,
    Understood(PhoneUnderstood),
    /// Nobody is reached there.
    Refused(String),
    /// It could not be asked.
    Failed(String),
}

impl Heard {
    fn of(answer: Result<PhoneUnderstood, Failure>) -> Self {
        match answer {
            Ok(it) => Self::Understood(it),
            Err(failure) => match text_at(&failure, FIELD) {
                Some(words) => Self::Refused(words),
                None => Self::Failed(problem_text(&failure)),
            },
        }
    }

    /// What stands beside the field.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Understood(it) => {
                let values = [
                    ("number", it.number.as_str()),
                    ("country", &country::name(&it.country)),
                ];
                Some(t_with("phone.understood", &values))
            }
            Self::Refused(words) | Self::Failed(words) => Some(words.clone()),
        }
    }

    /// The number that was shown.
    pub fn number(&self) -> Option<String> {
        match self {
            Self::Understood(it) => Some(it.number.clone()),
            Self::Nothing | Self::Refused(_) | Self::Failed(_) => None,
        }
    }
}

/// Follows what is typed; a number that names no country is read in the one given, if any is.
pub fn follow(typed: Signal<String>, country: Signal<String>) -> RwSignal<Heard> {
    let heard = RwSignal::new(Heard::Nothing);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let wish = move || (typed.get(), country.get());
    Effect::new(move |_| {
        let asked = wish();
        heard.set(Heard::Nothing);
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        if asked.0.trim().is_empty() {
            return;
        }
        let ask = move || {
            spawn_local(async move {
                let body = PhoneTyped {
                    phone: asked.0.clone(),
                    country: (!asked.1.is_empty()).then(|| asked.1.clone()),
                };
                let answer = Heard::of(api::understand_phone(&body).await);
                // The page may be left by now, or something else typed.
                let now = (typed.try_get_untracked(), country.try_get_untracked());
                if now == (Some(asked.0), Some(asked.1)) {
                    heard.try_set(answer);
                }
            });
        };
        timer.set_value(set_timeout_with_handle(ask, ASK_AFTER).ok());
    });
    heard
}
