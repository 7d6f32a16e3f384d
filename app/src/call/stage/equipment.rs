//! What happened to the devices, in words, with what to do about it.

use crate::{
    call::{
        engine::{
            devices::{NotGiven, Track},
            driver::DeviceNews,
        },
        state::Calls,
    },
    locale::{t, t_with},
};
use leptos::prelude::*;

/// Which device was wished for and not given, and why; what came, went or fell silent.
#[component]
pub fn Refused() -> impl IntoView {
    let driver = Calls::here().driver;
    let equipment = driver.equipment();
    let refused = equipment.refused;
    let news = equipment.news;
    let warns = move || {
        news.with(|news| {
            matches!(
                news,
                Some(
                    DeviceNews::CameraLost
                        | DeviceNews::Silenced
                        | DeviceNews::MicrophoneLost { .. }
                )
            )
        })
    };
    let words = move || news.get().map(said);
    let offers = move || news.with(|news| matches!(news, Some(DeviceNews::Offered { .. })));
    let camera = move || news.with(|news| matches!(news, Some(DeviceNews::CameraLost)));
    view! {
        <p class="call-note warn" role="status" hidden=move || refused.get().is_none()>
            {move || refused.get().map(|(which, why)| t(refusal(which, why)))}
        </p>
        <div class="call-note device-news" class:warn=warns role="status" hidden=move || news.with(Option::is_none)>
            <span>{words}</span>
            <button class="btn primary" hidden=move || !offers() on:click=move |_| driver.use_offered()>
                {t("devices.use")}
            </button>
            <button class="btn" hidden=move || !camera() on:click=move |_| driver.switch_camera()>
                {t("call.camera_on")}
            </button>
            <button class="btn quiet" on:click=move |_| news.set(None)>{t("call.close")}</button>
        </div>
    }
}

fn said(news: DeviceNews) -> String {
    match news {
        DeviceNews::MicrophoneLost { now } => t_with("devices.lost.microphone", &[("now", &now)]),
        DeviceNews::CameraLost => t("devices.lost.camera"),
        DeviceNews::ScreenEnded => t("devices.lost.screen"),
        DeviceNews::Silenced => t("devices.silenced"),
        DeviceNews::Back { label } => t_with("devices.back", &[("label", &label)]),
        DeviceNews::SpeakerGone { label } => t_with("devices.lost.speaker", &[("label", &label)]),
        DeviceNews::Offered { label, .. } => t_with("devices.offered", &[("label", &label)]),
    }
}

const fn refusal(which: Track, why: NotGiven) -> &'static str {
    match (which, why) {
        (Track::Microphone, _) => "call.refused.microphone",
        (Track::Camera, NotGiven::Denied) => "call.refused.camera_denied",
        (Track::Camera, NotGiven::Missing) => "call.refused.camera_missing",
        (Track::Camera, NotGiven::Broken | NotGiven::Unsupported) => "call.refused.camera",
        (Track::Screen, _) => "call.refused.screen",
    }
}
