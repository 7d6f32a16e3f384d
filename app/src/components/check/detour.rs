//! Whether the detour for strict networks is there: said in words, way by way.

use crate::{
    call::turn::{self, By, Outcome},
    locale::{problem_text, t, t_with},
};
use leptos::{prelude::*, task::spawn_local};

/// Tries the detour as soon as it is shown, and again on request.
#[component]
pub fn DetourCheck() -> impl IntoView {
    let outcome = RwSignal::new(None::<Outcome>);
    let busy = RwSignal::new(false);
    let go = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let found = turn::try_detour().await;
            outcome.try_set(Some(found));
            busy.try_set(false);
        });
    };
    go();
    let good = move || outcome.with(|it| matches!(it, Some(Outcome::Reached(_))));
    let bad = move || outcome.with(|it| it.as_ref().is_some_and(Outcome::stops_calls));
    view! {
        <section class="check-part" aria-labelledby="check-detour">
            <h3 id="check-detour">{t("check.detour")}</h3>
            <p role="status" class:check-good=good class:check-bad=bad>
                {move || outcome.with(|it| it.as_ref().map_or_else(|| t("check.detour.trying"), worded))}
            </p>
            <p class="meta">{t("check.detour.means")}</p>
            <button class="btn" disabled=move || busy.get() on:click=move |_| go()>{t("check.line.again")}</button>
        </section>
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
