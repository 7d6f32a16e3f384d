//! The check before a call, as a dialog: it stands over a call that rings, too.

use super::{
    camera::CameraCheck, detour::DetourCheck, fitness::Fitness, line::LineCheck,
    microphone::MicrophoneCheck, pickers::Pickers, speaker::SpeakerCheck,
};
use crate::locale::t;
use leptos::{html, prelude::*};

/// Opens the check.
#[component]
pub fn CheckButton() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    let show = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
            open.set(true);
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button class="btn quiet" aria-haspopup="dialog" on:click=show>{t("check.open")}</button>
        <dialog node_ref=dialog class="settings check" aria-labelledby="check-title" on:close=move |_| open.set(false)>
            <div class="row">
                <h2 id="check-title" class="grow">{t("check.title")}</h2>
                <button class="btn" on:click=close>{t("call.close")}</button>
            </div>
            // What is tried is let go of when the dialog closes.
            <Show when=move || open.get()>
                <Fitness/>
                <section aria-label=t("devices.title")>
                    <Pickers/>
                </section>
                <MicrophoneCheck/>
                <SpeakerCheck/>
                <CameraCheck/>
                <LineCheck/>
                <DetourCheck/>
            </Show>
        </dialog>
    }
}
