//! Whether the microphone hears anything.

use crate::{
    browser,
    call::{
        engine::{
            devices::{self, NotGiven},
            level::{self, Meter, VoiceDetector},
            picks::Kind,
        },
        stage::hints::LevelMeter,
        state::Calls,
    },
    locale::t,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use web_sys::MediaStreamTrack;

const EVERY: Duration = Duration::from_millis(100);

/// A microphone that is tried. Dropping it lets go of it.
struct Tried {
    track: MediaStreamTrack,
    meter: Option<Meter>,
    voice: VoiceDetector,
}

impl Drop for Tried {
    fn drop(&mut self) {
        self.track.stop();
    }
}

/// Listens from the moment it is shown.
#[component]
pub fn MicrophoneCheck() -> impl IntoView {
    let equipment = Calls::here().driver.equipment();
    let tried = StoredValue::new_local(None::<Tried>);
    let refused = RwSignal::new(None::<NotGiven>);
    let asking = RwSignal::new(true);
    let level = RwSignal::new(0_u8);
    let heard = RwSignal::new(false);
    // Again with every other pick.
    let picks = equipment.picks;
    Effect::new(move |_| {
        picks.track();
        tried.set_value(None);
        heard.set(false);
        asking.set(true);
        let wanted = equipment.wanted(Kind::Microphone);
        spawn_local(async move {
            let given = devices::microphone(&wanted).await;
            if asking.try_set(false).is_some() {
                // The dialog was closed meanwhile.
                if let Ok(track) = given {
                    track.stop();
                }
                return;
            }
            match given {
                Ok(track) => {
                    refused.set(None);
                    tried.set_value(Some(Tried {
                        meter: Meter::new(&track).ok(),
                        track,
                        voice: VoiceDetector::default(),
                    }));
                    equipment.refresh_devices();
                }
                Err(why) => refused.set(Some(why)),
            }
        });
    });
    let look = move || {
        tried.update_value(|tried| {
            if let Some(Tried {
                meter: Some(meter),
                voice,
                ..
            }) = tried
            {
                let db = meter.db();
                level.set(level::meter(db));
                if voice.update(browser::steady_ms(), db) && !heard.get_untracked() {
                    heard.set(true);
                }
            }
        });
    };
    if let Ok(timer) = set_interval_with_handle(look, EVERY) {
        on_cleanup(move || timer.clear());
    }
    on_cleanup(move || tried.set_value(None));
    let words = move || match (refused.get(), asking.get(), heard.get()) {
        (Some(NotGiven::Denied), ..) => t("check.microphone.denied"),
        (Some(NotGiven::Missing), ..) => t("check.microphone.missing"),
        (Some(NotGiven::Broken), ..) => t("check.microphone.busy"),
        (Some(NotGiven::Unsupported), ..) => t("call.unsupported"),
        (None, true, _) => t("check.microphone.asking"),
        (None, false, false) => t("check.microphone.speak"),
        (None, false, true) => t("check.microphone.heard"),
    };
    view! {
        <section class="check-part" aria-labelledby="check-microphone">
            <h3 id="check-microphone">{t("devices.microphone")}</h3>
            <LevelMeter level=level/>
            <p
                role="status"
                class:check-good=move || heard.get() && refused.get().is_none()
                class:check-bad=move || refused.get().is_some()
            >
                {words}
            </p>
        </section>
    }
}
