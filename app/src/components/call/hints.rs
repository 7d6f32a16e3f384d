//! Who speaks, and who speaks without being heard.

use crate::{
    locale::{t, t_with},
    state::Calls,
};
use leptos::prelude::*;

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

/// A mark that the other side speaks: moving bars, and words for who does not see them.
#[component]
pub fn Speaks(name: Memo<String>) -> impl IntoView {
    let voices = Calls::here().driver.voices();
    view! {
        <span class="speaks" hidden=move || !voices.peer_speaking.get() title=move || t_with("call.speaks", &[("name", &name.get())])>
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
