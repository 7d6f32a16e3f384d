//! Streams in their elements.

use crate::call::{
    engine::{
        devices,
        driver::{Driver, Picture, Sounds},
    },
    state::Calls,
};
use leptos::{html, prelude::*, task::spawn_local};
use orderline_domain::call::hand_over::Lane;
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStream;

/// A moving picture, or none; always silent, the sound has an element of its own. A stream whose track sends nothing
/// would stand still at its last picture: give none then.
#[component]
pub fn Moving(
    stream: Signal<Option<MediaStream>, LocalStorage>,
    #[prop(into)] class: String,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Video>::new();
    Effect::new(move |_| {
        let Some(video) = node.get() else { return };
        video.set_muted(true);
        let picture = stream.get();
        video.set_src_object(picture.as_ref());
        if picture.is_some()
            && let Ok(playing) = video.play()
        {
            // A silent picture may always play; it is refused only when the element is gone again.
            spawn_local(async move {
                let _ = JsFuture::from(playing).await;
            });
        }
    });
    let absent = move || stream.with(Option::is_none);
    view! {
        <video node_ref=node class=class aria-label=label hidden=absent playsinline autoplay></video>
    }
}

/// The stream, as long as something is sent in it.
pub fn while_sent(
    stream: Picture,
    sent: impl Fn() -> bool + 'static,
) -> Signal<Option<MediaStream>, LocalStorage> {
    Signal::derive_local(move || if sent() { stream.get() } else { None })
}

/// The camera in this lane, as long as something is sent in one.
pub fn camera_of(
    driver: Driver,
    lane: impl Fn() -> Option<Lane> + 'static,
) -> Signal<Option<MediaStream>, LocalStorage> {
    Signal::derive_local(move || lane().and_then(|lane| driver.camera(lane).get()))
}

/// The others' sound, one element for each person of a connection: those of all but one connection are silent, so that
/// the next one is ready when it is to be heard. `blocked` becomes true when the browser wants a tap first.
#[component]
pub fn Sounds(
    sounds: Sounds,
    audible: Signal<Option<u32>>,
    blocked: RwSignal<bool>,
) -> impl IntoView {
    // The browser's streams stay on this thread, and lists of elements want what can be sent: only numbers go there.
    let peers = Memo::new(move |_| {
        sounds.with(|all| all.iter().map(|(peer, _)| *peer).collect::<Vec<_>>())
    });
    Effect::new(move |_| {
        if peers.with(Vec::is_empty) {
            blocked.set(false);
        }
    });
    view! {
        <For each=move || peers.get() key=|peer| *peer let:peer>
            <Sound sounds=sounds peer=peer audible=audible blocked=blocked/>
        </For>
    }
}

#[component]
fn Sound(
    sounds: Sounds,
    peer: (u32, u8),
    audible: Signal<Option<u32>>,
    blocked: RwSignal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Audio>::new();
    let speaker = Calls::here().driver.equipment().speaker();
    Effect::new(move |_| {
        if let Some(audio) = node.get() {
            devices::play_on(&audio, speaker.get());
        }
    });
    let heard = Memo::new(move |_| audible.get() == Some(peer.0));
    Effect::new(move |_| {
        let Some(audio) = node.get() else { return };
        let stream = sounds.with_untracked(|all| {
            all.iter()
                .find(|(number, _)| *number == peer)
                .map(|(_, stream)| stream.clone())
        });
        audio.set_muted(!heard.get_untracked());
        audio.set_src_object(stream.as_ref());
        if stream.is_some() && heard.get_untracked() {
            unblock(&audio, blocked);
        } else if let Ok(playing) = audio.play() {
            // What is silent may always play, and whether the other one is blocked it does not know.
            spawn_local(async move {
                let _ = JsFuture::from(playing).await;
            });
        }
    });
    Effect::new(move |_| {
        let heard = heard.get();
        if let Some(audio) = node.get() {
            audio.set_muted(!heard);
            if heard && audio.paused() {
                unblock(&audio, blocked);
            }
        }
    });
    // The tap that unblocks may be any tap on the page.
    let tapped = window_event_listener(leptos::ev::pointerdown, move |_| {
        if blocked.get_untracked()
            && heard.get_untracked()
            && let Some(audio) = node.get_untracked()
        {
            unblock(&audio, blocked);
        }
    });
    on_cleanup(move || tapped.remove());
    view! { <audio node_ref=node class="call-sound" autoplay></audio> }
}

fn unblock(audio: &web_sys::HtmlAudioElement, blocked: RwSignal<bool>) {
    let Ok(playing) = audio.play() else {
        return blocked.set(true);
    };
    let audio = audio.clone();
    spawn_local(async move {
        // A newer stream interrupts the playing of the older one; only a sound that stands still is blocked.
        let refused = JsFuture::from(playing).await.is_err();
        blocked.set(refused && audio.paused() && audio.src_object().is_some());
    });
}
