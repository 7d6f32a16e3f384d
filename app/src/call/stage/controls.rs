//! The controls of a running call. Each has a key, named in its tooltip.

use super::settings::SettingsButton;
use crate::{
    call::{
        engine::{devices, machine::Shown},
        state::Calls,
    },
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_protocol::call::MediaState;

/// Microphone, camera, screen, hang up.
#[component]
pub fn Controls(#[prop(into)] shown: Signal<Option<Shown>>) -> impl IntoView {
    let calls = Calls::here();
    let driver = calls.driver;
    let media = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map_or_else(MediaState::default, |shown| shown.media)
        })
    };
    let title = |key: &'static str, letter: &'static str| {
        t_with("call.key", &[("what", &t(key)), ("key", letter)])
    };
    let hang_up = move |_| {
        if let Some(call) = driver.current() {
            calls.hang_up(call);
        }
    };
    view! {
        <div class="controls" role="group" aria-label=t("call.controls")>
            <button
                class="ctl"
                data-talk=""
                class:off=move || !media().microphone
                title=title("call.microphone", "M")
                on:click=move |_| driver.switch_microphone()
            >
                {move || t(if media().microphone { "call.mute" } else { "call.unmute" })}
            </button>
            <button
                class="ctl"
                class:off=move || !media().camera
                title=title("call.camera", "V")
                on:click=move |_| driver.switch_camera()
            >
                {move || t(if media().camera { "call.camera_off" } else { "call.camera_on" })}
            </button>
            {devices::can_share_screen()
                .then(|| {
                    view! {
                        <button
                            class="ctl"
                            class:on=move || media().screen
                            title=title("call.screen", "S")
                            on:click=move |_| driver.switch_screen()
                        >
                            {move || t(if media().screen { "call.stop_sharing" } else { "call.share" })}
                        </button>
                    }
                })}
            <SettingsButton/>
            <button class="ctl hang" title=title("call.hang_up", "H") on:click=hang_up>{t("call.hang_up")}</button>
        </div>
    }
}
