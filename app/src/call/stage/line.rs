//! How both lines are, in words and bars.

use crate::{
    call::{engine::machine::Shown, state::Calls, words},
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::call::quality::LineLevel;

/// Both lines, as pills over the picture. A good line is only a mark; what is worse has words.
#[component]
pub fn Lines(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let me = calls.workspace.session.user();
    let own = calls.driver.line();
    let peer = Memo::new(move |_| {
        shown.with(|shown| {
            let shown = shown.as_ref()?;
            let peer = shown.peer.as_ref().filter(|peer| peer.connected)?;
            Some((peer.line?, words::other(&shown.call, me).name))
        })
    });
    let measured = Memo::new(move |_| own.sample.with(Option::is_some));
    let own_words = move || match own.level.get() {
        LineLevel::Good => t("call.quality.own.good"),
        LineLevel::Weak => t("call.quality.own.weak"),
        LineLevel::Bad => t("call.quality.own.bad"),
    };
    let peer_words = move || {
        peer.get().map(|(level, name)| {
            let key = match level {
                LineLevel::Good => "call.quality.peer.good",
                LineLevel::Weak => "call.quality.peer.weak",
                LineLevel::Bad => "call.quality.peer.bad",
            };
            t_with(key, &[("name", &name)])
        })
    };
    let peer_level = move || peer.get().map_or("good", |(level, _)| level.name());
    view! {
        <div class="stage-lines">
            <span class="pill line-pill" data-level=move || own.level.get().name() hidden=move || !measured.get() title=own_words>
                <Bars/>
                <span role="status" class:hidden=move || own.level.get() == LineLevel::Good>{own_words}</span>
            </span>
            <span
                class="pill line-pill peer"
                data-level=peer_level
                hidden=move || peer.get().is_none_or(|(level, _)| level == LineLevel::Good)
                title=peer_words
            >
                <Bars/>
                <span role="status">{peer_words}</span>
            </span>
        </div>
    }
}

/// Three bars; how many are full says how good it is.
#[component]
fn Bars() -> impl IntoView {
    view! {
        <span class="bars" aria-hidden="true">
            <i></i>
            <i></i>
            <i></i>
        </span>
    }
}

/// Says that the own picture is paused, and why.
#[component]
pub fn Paused() -> impl IntoView {
    let line = Calls::here().driver.line();
    view! {
        <p class="call-note warn" role="status" hidden=move || !line.paused.get()>
            {move || line.paused.get().then(|| t("call.quality.paused"))}
        </p>
    }
}

/// The last second in numbers.
#[component]
pub fn Numbers() -> impl IntoView {
    let line = Calls::here().driver.line();
    let words = move || {
        line.sample.get().map(|sample| {
            let share = |per_thousand: u16| format!("{}.{}", per_thousand / 10, per_thousand % 10);
            t_with(
                "call.quality.numbers",
                &[
                    ("loss_in", &share(sample.loss_in)),
                    ("loss_out", &share(sample.loss_out)),
                    ("rtt", &sample.rtt_ms.to_string()),
                    ("in", &(sample.bits_in / 1_000).to_string()),
                    ("out", &(sample.bits_out / 1_000).to_string()),
                ],
            )
        })
    };
    view! { <p class="meta line-numbers">{words}</p> }
}
