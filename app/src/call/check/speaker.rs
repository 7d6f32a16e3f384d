//! Whether the speaker can be heard.

use crate::{
    call::{
        engine::{devices, sound},
        state::Calls,
    },
    locale::t,
};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// Plays a tone over the speaker that was picked.
#[component]
pub fn SpeakerCheck() -> impl IntoView {
    let speaker = Calls::here().driver.equipment().speaker();
    let node = NodeRef::<html::Audio>::new();
    let played = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let play = move |_| {
        let Some(audio) = node.get_untracked() else {
            return;
        };
        let Ok(stream) = sound::test_tone() else {
            return failed.set(true);
        };
        devices::play_on(&audio, speaker.get_untracked());
        audio.set_src_object(Some(&stream));
        let Ok(playing) = audio.play() else {
            return failed.set(true);
        };
        spawn_local(async move {
            let refused = JsFuture::from(playing).await.is_err();
            failed.try_set(refused);
            played.try_set(!refused);
        });
    };
    view! {
        <section class="check-part" aria-labelledby="check-speaker">
            <h3 id="check-speaker">{t("devices.speaker")}</h3>
            <audio node_ref=node></audio>
            <button class="btn" on:click=play>{t("check.speaker.play")}</button>
            <p role="status" class:check-bad=move || failed.get()>
                {move || {
                    if failed.get() {
                        t("check.speaker.failed")
                    } else if played.get() {
                        t("check.speaker.played")
                    } else {
                        String::new()
                    }
                }}
            </p>
        </section>
    }
}
