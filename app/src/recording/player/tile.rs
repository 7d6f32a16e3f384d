//! One picture of a recording, kept to the sound's clock.

use super::{
    clock::{Clock, play},
    sync::{Follow, follow},
};
use crate::{
    acting,
    locale::{t, t_with},
};
use leptos::{html, prelude::*};
use orderline_domain::call::seat::Seat;
use orderline_protocol::recording::{PlayView, TrackView};

/// Smallest change of speed worth setting.
const RATE_STEP: f64 = 0.005;

/// What a picture is called: whose camera, whose screen.
pub fn label(track: &TrackView, play: &PlayView) -> String {
    let seated = play.people.iter().find(|it| Some(it.0) == track.seat);
    let name = match seated {
        Some((_, name)) => name,
        None if track.seat.is_some_and(Seat::is_buyer) => &play.row.buyer,
        None => &play.row.seller,
    };
    let key = if track.kind == "screen" {
        "player.screen_of"
    } else {
        "player.camera_of"
    };
    t_with(key, &[("name", name)])
}

/// A camera or a screen.
#[component]
pub fn Tile(track: TrackView, name: String, clock: Signal<Clock>) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let class = format!("tile {}", track.kind);
    let url = acting::address(&track.url);
    let track = StoredValue::new(track);
    let hidden = Memo::new(move |_| {
        track.with_value(|track| follow(track, clock.get(), 0.0) == Follow::Hidden)
    });
    // Only the element is moved; no state is set.
    Effect::new(move |_| {
        let clock = clock.get();
        let Some(video) = video.get() else { return };
        match track.with_value(|track| follow(track, clock, video.current_time())) {
            Follow::Hidden => {
                if !video.paused() {
                    let _ = video.pause();
                }
            }
            Follow::Shown {
                seek,
                playing,
                rate,
            } => {
                // While one jump is under way, another would only start it anew.
                if let Some(seek) = seek
                    && !video.seeking()
                {
                    video.set_current_time(seek);
                }
                if (video.playback_rate() - rate).abs() > RATE_STEP {
                    video.set_playback_rate(rate);
                }
                if playing == video.paused() {
                    if playing {
                        play(&video);
                    } else {
                        let _ = video.pause();
                    }
                }
            }
        }
    });
    view! {
        <figure class=class class:off=hidden>
            <video node_ref=video src=url preload="auto" prop:muted=true playsinline disablepictureinpicture aria-label=name.clone()></video>
            <Show when=move || hidden.get()>
                <p class="meta nothing">{t("player.no_picture")}</p>
            </Show>
            <figcaption>{name}</figcaption>
        </figure>
    }
}
