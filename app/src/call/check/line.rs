//! Whether a call would get through from here: a real connection to the relay, without a call.

use super::tried::Tried;
use crate::{
    call::engine::trial::{self, Outcome},
    locale::{problem_text, t, t_with},
};
use leptos::prelude::*;

/// The line, tried.
#[component]
pub fn LineCheck() -> impl IntoView {
    view! {
        <Tried
            id="check-line"
            title=t("check.line")
            attempt=trial::try_line
            good=reached
            bad=|it| !reached(it)
            words=|it| it.map_or_else(|| t("check.line.trying"), worded)
        />
    }
}

fn reached(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Reached { .. })
}

fn worded(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reached {
            rtt_ms: Some(ms), ..
        } => t_with("check.line.reached", &[("ms", &ms.to_string())]),
        Outcome::Reached { rtt_ms: None, .. } => t("check.line.reached.plain"),
        Outcome::Blocked => t("check.line.blocked"),
        Outcome::Failed(failure) => problem_text(failure),
        Outcome::Unsupported => t("call.unsupported"),
    }
}
