//! Everything about a call that is not switched all the time: devices, how it is shown, the keys.

use super::{hints::LevelMeter, keys, layout, line::Numbers};
use crate::{
    call::{check::pickers::Pickers, state::Calls},
    locale::t,
};
use leptos::{html, prelude::*};

/// Opens the settings.
#[component]
pub fn SettingsButton() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let voices = Calls::here().driver.voices();
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button class="ctl" aria-haspopup="dialog" on:click=open>{t("call.settings")}</button>
        <dialog node_ref=dialog class="settings" aria-labelledby="settings-title">
            <div class="row">
                <h2 id="settings-title" class="grow">{t("call.settings.title")}</h2>
                <button class="btn" on:click=close>{t("call.close")}</button>
            </div>
            <section aria-labelledby="settings-devices">
                <h3 id="settings-devices">{t("devices.title")}</h3>
                <Pickers/>
                <LevelMeter level=voices.level/>
            </section>
            <section aria-labelledby="settings-layout">
                <h3 id="settings-layout">{t("call.layout.title")}</h3>
                <layout::Choice/>
            </section>
            <section aria-labelledby="settings-line">
                <h3 id="settings-line">{t("quality.title")}</h3>
                <Numbers/>
            </section>
            <section aria-labelledby="settings-keys">
                <h3 id="settings-keys">{t("call.keys.title")}</h3>
                <keys::Help/>
            </section>
        </dialog>
    }
}
