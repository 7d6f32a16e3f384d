//! The player of a recording: one sound as the clock, pictures that follow it, marks to jump to.

mod clock;
pub mod marks;
mod sync;
mod tile;
mod wave;

use crate::{
    acting,
    locale::{format, t, t_with},
};
use clock::Deck;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use orderline_protocol::recording::PlayView;
use std::time::Duration;
use tile::Tile;
use wasm_bindgen::JsCast;
use wave::Wave;

/// How often the position is read, in milliseconds.
const TICK: Duration = Duration::from_millis(100);
/// How far an arrow key jumps, in milliseconds.
const JUMP_MS: f64 = 5_000.0;
/// The speeds on offer.
const SPEEDS: [f64; 5] = [0.75, 1.0, 1.25, 1.5, 2.0];

/// Plays an opened recording. `deck` is shared with whoever jumps (the marks).
#[component]
pub fn Player(play: StoredValue<PlayView>, deck: DeckHandle) -> impl IntoView {
    let DeckHandle(deck) = deck;
    let audio = NodeRef::<html::Audio>::new();
    deck.attach(audio);
    let ticker = set_interval_with_handle(move || deck.read(), TICK).ok();
    on_cleanup(move || {
        if let Some(ticker) = ticker {
            ticker.clear();
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event| on_key(deck, &event));
    on_cleanup(move || keys.remove());
    let (sound, pictures) = play.with_value(|play| {
        let (sound, pictures): (Vec<_>, Vec<_>) = play
            .tracks
            .iter()
            .cloned()
            .partition(|track| track.kind == "audio");
        (sound.into_iter().next(), pictures)
    });
    let clock = deck.clock();
    let broken = RwSignal::new(false);
    let sources = sound.map(|track| acting::address(&track.url));
    view! {
        <section class="card player" aria-label=t("player.label")>
            {sources
                .is_none()
                .then(|| view! { <p class="banner warn" role="alert">{t("player.no_sound")}</p> })}
            <Show when=move || broken.get()>
                <p class="banner warn" role="alert">{t("player.broken")}</p>
            </Show>
            <div class="tiles">
                {pictures
                    .into_iter()
                    .map(|track| {
                        let name = play.with_value(|play| tile::label(&track, play));
                        view! { <Tile track=track name=name clock=clock/> }
                    })
                    .collect_view()}
            </div>
            <audio
                node_ref=audio
                preload="auto"
                src=sources
                on:play=move |_| deck.read()
                on:pause=move |_| deck.read()
                on:ended=move |_| deck.read()
                on:seeked=move |_| deck.read()
                on:error=move |_| broken.set(true)
            ></audio>
            <Controls deck=deck/>
            <Wave play=play deck=deck/>
            <div class="row wrap">
                <span class="pill seller"><i class="dot" aria-hidden="true"></i>{t_with("player.left", &[("name", &play.with_value(|p| p.row.seller.clone()))])}</span>
                <span class="pill buyer"><i class="dot" aria-hidden="true"></i>{t_with("player.right", &[("name", &play.with_value(|p| p.row.buyer.clone()))])}</span>
                {play.with_value(|play| !play.gaps.is_empty()).then(|| view! { <span class="pill warn">{t("player.gaps")}</span> })}
            </div>
        </section>
    }
}

/// What drives a player; made by the page so that its marks can jump too.
#[derive(Clone, Copy)]
pub struct DeckHandle(Deck);

impl DeckHandle {
    /// A deck for this recording.
    pub fn of(play: &PlayView) -> Self {
        let audio_start = play
            .tracks
            .iter()
            .find(|track| track.kind == "audio")
            .map_or(0, |track| track.start_ms);
        Self(Deck::new(audio_start, duration_ms(play)))
    }

    /// Plays from this moment of the timeline, in milliseconds.
    pub fn play_from(self, ms: i64) {
        self.0.play_from(ms);
    }
}

/// How long the recording is: its row says so, else its longest track.
fn duration_ms(play: &PlayView) -> i64 {
    let longest = play
        .tracks
        .iter()
        .map(|track| track.start_ms + track.duration_ms)
        .max()
        .unwrap_or(0);
    play.row.duration_ms.unwrap_or(0).max(longest)
}

#[component]
fn Controls(deck: Deck) -> impl IntoView {
    let clock = deck.clock();
    let playing = Memo::new(move |_| clock.read().playing);
    let position = Memo::new(move |_| format::duration(clock.read().whole_ms()));
    let speed = move |event: leptos::ev::Event| {
        if let Ok(speed) = event_target_value(&event).parse() {
            deck.set_speed(speed);
        }
    };
    view! {
        <div class="row controls-row">
            <button
                class="btn primary play"
                aria-keyshortcuts="Space"
                title=t("player.keys")
                on:click=move |_| deck.toggle()
            >
                {move || if playing.get() { t("player.pause") } else { t("player.play") }}
            </button>
            <b class="position">{position}</b>
            <span class="meta">{t_with("player.of", &[("duration", &format::duration(deck.duration_ms()))])}</span>
            <span class="grow"></span>
            <label class="row speed">
                <span class="meta">{t("player.speed")}</span>
                <select on:change=speed>
                    {SPEEDS
                        .into_iter()
                        .map(|speed| {
                            view! {
                                <option value=speed.to_string() selected=(speed - 1.0).abs() < f64::EPSILON>
                                    {format!("{speed}×")}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
        </div>
    }
}

fn on_key(deck: Deck, event: &KeyboardEvent) {
    let tag = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .map(|element| {
            let range = element.get_attribute("type").as_deref() == Some("range");
            (element.tag_name(), range)
        });
    let typing = matches!(&tag, Some((tag, range)) if matches!(tag.as_str(), "INPUT" | "TEXTAREA" | "SELECT") && !range);
    let on_button =
        matches!(&tag, Some((tag, _)) if matches!(tag.as_str(), "BUTTON" | "A" | "SUMMARY"));
    if typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    match event.key().as_str() {
        " " if !on_button => deck.toggle(),
        "ArrowLeft" => deck.jump(-JUMP_MS),
        "ArrowRight" => deck.jump(JUMP_MS),
        "Home" => deck.seek(0.0),
        _ => return,
    }
    event.prevent_default();
}
