//! Whether a call would get through from here: a real connection to the relay, without a call.

use crate::{
    call::trial::{self, Outcome},
    locale::{problem_text, t, t_with},
};
use leptos::{prelude::*, task::spawn_local};

/// Tries the line as soon as it is shown, and again on request.
#[component]
pub fn LineCheck() -> impl IntoView {
    let outcome = RwSignal::new(None::<Outcome>);
    let busy = RwSignal::new(false);
    let go = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let found = trial::try_line().await;
            outcome.try_set(Some(found));
            busy.try_set(false);
        });
    };
    go();
    let good = move || outcome.with(|it| matches!(it, Some(Outcome::Reached { .. })));
    let bad =
        move || outcome.with(|it| matches!(it, Some(it) if !matches!(it, Outcome::Reached { .. })));
    let words = move || match outcome.get() {
        None => t("check.line.trying"),
        Some(Outcome::Reached { rtt_ms, .. }) => match rtt_ms {
            Some(ms) => t_with("check.line.reached", &[("ms", &ms.to_string())]),
            None => t("check.line.reached.plain"),
        },
        Some(Outcome::Blocked) => t("check.line.blocked"),
        Some(Outcome::Failed(failure)) => problem_text(&failure),
        Some(Outcome::Unsupported) => t("call.unsupported"),
    };
    view! {
        <section class="check-part" aria-labelledby="check-line">
            <h3 id="check-line">{t("check.line")}</h3>
            <p role="status" class:check-good=good class:check-bad=bad>{words}</p>
            <button class="btn" disabled=move || busy.get() on:click=move |_| go()>{t("check.line.again")}</button>
        </section>
    }
}
