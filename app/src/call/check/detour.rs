//! Whether the detour for strict networks is there: said in words, way by way.

use super::tried::Tried;
use crate::{
    call::engine::turn::{self, By, Outcome},
    locale::{problem_text, t, t_with},
};
use leptos::prelude::*;

/// The ways to it, tried.
#[component]
pub fn DetourCheck() -> impl IntoView {
    view! {
        <Tried
            id="check-detour"
            title=t("check.detour")
            attempt=turn::try_detour
            good=|it| matches!(it, Outcome::Reached(_))
            bad=Outcome::stops_calls
            words=|it| it.map_or_else(|| t("check.detour.trying"), worded)
        >
            <p class="meta">{t("check.detour.means")}</p>
        </Tried>
    }
}

fn worded(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reached(ways) if ways.contains(&By::Udp) => {
            t_with("check.detour.reached", &[("ways", &named(ways))])
        }
        Outcome::Reached(ways) => t_with("check.detour.slow", &[("ways", &named(ways))]),
        Outcome::Blocked { needed: false } => t("check.detour.blocked"),
        Outcome::Blocked { needed: true } => t("check.detour.blocked.needed"),
        Outcome::Nowhere { needed: false } => t("check.detour.nowhere"),
        Outcome::Nowhere { needed: true } => t("check.detour.nowhere.needed"),
        Outcome::Failed(failure) => problem_text(failure),
    }
}

fn named(ways: &[By]) -> String {
    ways.iter()
        .map(|by| by.name())
        .collect::<Vec<_>>()
        .join(", ")
}
