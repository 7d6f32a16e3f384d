//! Which microphone, camera and speaker are used. What is picked is remembered for this browser.

use crate::{
    call::{
        engine::{
            devices,
            picks::{Device, Kind},
        },
        state::Calls,
    },
    locale::{t, t_with},
};
use leptos::prelude::*;

/// The three lists. A list that the browser does not give is not shown.
#[component]
pub fn Pickers() -> impl IntoView {
    let equipment = Calls::here().driver.equipment();
    equipment.refresh_devices();
    let nameless = move || {
        equipment
            .there
            .with(|there| !there.is_empty() && there.iter().all(|it| it.label.is_empty()))
    };
    view! {
        <div class="pickers">
            <Picker kind=Kind::Microphone id="pick-microphone" name="devices.microphone" used=equipment.microphone.into()/>
            <Picker kind=Kind::Camera id="pick-camera" name="devices.camera" used=equipment.camera.into()/>
            {devices::can_pick_speaker()
                .then(|| {
                    view! { <Picker kind=Kind::Speaker id="pick-speaker" name="devices.speaker" used=Signal::stored(None)/> }
                })}
            <p class="meta" hidden=move || !nameless()>{t("devices.nameless")}</p>
        </div>
    }
}

#[component]
fn Picker(
    kind: Kind,
    id: &'static str,
    name: &'static str,
    used: Signal<Option<String>>,
) -> impl IntoView {
    let driver = Calls::here().driver;
    let equipment = driver.equipment();
    let there = Memo::new(move |_| {
        equipment.there.with(|there| {
            there
                .iter()
                // The system's choice has a line of its own.
                .filter(|it| it.kind == kind && !it.id.is_empty() && it.id != "default")
                .cloned()
                .collect::<Vec<Device>>()
        })
    });
    let picked = Memo::new(move |_| {
        let there = there.get();
        equipment.picks.with(|picks| {
            picks
                .found(kind, &there)
                .map(|it| it.id.clone())
                .unwrap_or_default()
        })
    });
    let now = move || {
        used.get()
            .filter(|label| picked.read().is_empty() && !label.is_empty())
            .map(|label| t_with("devices.now", &[("label", &label)]))
    };
    view! {
        <div class="field">
            <label for=id>{t(name)}</label>
            <select
                id=id
                prop:value=move || picked.get()
                on:change=move |event| driver.pick(kind, &event_target_value(&event))
            >
                <option value="" selected=move || picked.read().is_empty()>{t("devices.system")}</option>
                {move || {
                    there
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(at, device)| {
                            let chosen = *picked.read() == device.id;
                            let label = if device.label.is_empty() {
                                t_with("devices.number", &[("number", &(at + 1).to_string())])
                            } else {
                                device.label
                            };
                            view! { <option value=device.id selected=chosen>{label}</option> }
                        })
                        .collect_view()
                }}
            </select>
            <small>{now}</small>
        </div>
    }
}
