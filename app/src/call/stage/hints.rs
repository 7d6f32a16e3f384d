//! Who speaks, and who speaks without being heard.

use crate::{
    call::state::Calls,
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::call::hand_over::Lane;

/// Says that this person speaks while muted. Stays in the page, so that it is read out when it comes.
#[component]
pub fn Unheard() -> impl IntoView {
    let voices = Calls::here().driver.voices();
    view! {
        <p class="stage-hint" role="status">
            {move || voices.unheard.get().then(|| view! { <span>{t("call.unheard")}</span> })}
        </p>
    }
}

/// A mark that the person in this lane speaks: moving bars, and words for who does not see them.
#[component]
pub fn Speaks(name: Memo<String>, lane: Memo<Lane>) -> impl IntoView {
    let [first, second] = Calls::here().driver.voices().others_speaking;
    let speaks = move || match lane.get() {
        Lane::First => first.get(),
        Lane::Second => second.get(),
    };
    view! {
        <span class="speaks" hidden=move || !speaks() title=move || t_with("call.speaks", &[("name", &name.get())])>
            <i></i>
            <i></i>
            <i></i>
        </span>
    }
}

/// How loud the microphone is, also while muted.
#[component]
pub fn LevelMeter(#[prop(into)] level: Signal<u8>) -> impl IntoView {
    view! {
        <div class="level">
            <span>{t("devices.level")}</span>
            <meter min="0" max="100" prop:value=move || f64::from(level.get()) aria-label=t("devices.level")></meter>
        </div>
    }
}
