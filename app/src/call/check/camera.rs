//! What the other side would see.

use crate::{
    call::{
        engine::{
            devices::{self, NotGiven},
            picks::Kind,
        },
        state::Calls,
    },
    locale::t,
};
use leptos::{html, prelude::*, task::spawn_local};
use web_sys::{MediaStream, MediaStreamTrack};

struct Tried(MediaStreamTrack);

impl Drop for Tried {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Looks once it is asked to: nobody's camera goes on by surprise.
#[component]
pub fn CameraCheck() -> impl IntoView {
    let equipment = Calls::here().driver.equipment();
    let node = NodeRef::<html::Video>::new();
    let tried = StoredValue::new_local(None::<Tried>);
    let on = RwSignal::new(false);
    let refused = RwSignal::new(None::<NotGiven>);
    let look = move || {
        let wanted = equipment.wanted(Kind::Camera);
        spawn_local(async move {
            let given = devices::camera(&wanted).await;
            if on.try_get_untracked() != Some(true) {
                if let Ok(track) = given {
                    track.stop();
                }
                return;
            }
            match given {
                Ok(track) => {
                    refused.set(None);
                    show(node, Some(&track));
                    tried.set_value(Some(Tried(track)));
                    equipment.refresh_devices();
                }
                Err(why) => {
                    refused.set(Some(why));
                    on.set(false);
                }
            }
        });
    };
    let picks = equipment.picks;
    Effect::new(move |_| {
        picks.track();
        if on.get() {
            look();
        } else {
            tried.set_value(None);
            show(node, None);
        }
    });
    on_cleanup(move || tried.set_value(None));
    let words = move || {
        refused.get().map(|why| {
            t(match why {
                NotGiven::Denied => "call.refused.camera_denied",
                NotGiven::Missing => "call.refused.camera_missing",
                NotGiven::Broken | NotGiven::Unsupported => "call.refused.camera",
            })
        })
    };
    view! {
        <section class="check-part" aria-labelledby="check-camera">
            <h3 id="check-camera">{t("devices.camera")}</h3>
            <video
                node_ref=node
                class="check-picture mirrored"
                hidden=move || !on.get()
                aria-label=t("call.own_camera")
                playsinline
                autoplay
            ></video>
            <p class="check-bad" role="status" hidden=move || refused.get().is_none()>{words}</p>
            <button class="btn" aria-pressed=move || on.get().to_string() on:click=move |_| on.update(|on| *on = !*on)>
                {move || t(if on.get() { "check.camera.hide" } else { "check.camera.show" })}
            </button>
        </section>
    }
}

fn show(node: NodeRef<html::Video>, track: Option<&MediaStreamTrack>) {
    let Some(video) = node.get_untracked() else {
        return;
    };
    let stream =
        track.and_then(|track| MediaStream::new_with_tracks(&js_sys::Array::of1(track)).ok());
    video.set_muted(true);
    video.set_src_object(stream.as_ref());
}
