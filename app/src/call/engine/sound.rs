//! The tones of a call, made by code: ringing, being rung, answered, ended. They can be switched off.

use leptos::prelude::*;
use std::{cell::RefCell, time::Duration};
use web_sys::AudioContext;

const KEY: &str = "orderline.tones";
/// From one ring to the next.
const RING_EVERY: Duration = Duration::from_secs(3);

/// What is to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Somebody calls.
    Ring,
    /// The other side's device rings.
    Ringback,
    /// The other side is there.
    Joined,
    /// The call is over.
    Ended,
}

impl Tone {
    /// Notes as frequency (Hz), start and length (seconds), and loudness (0 to 1).
    const fn notes(self) -> &'static [(f32, f64, f64, f32)] {
        match self {
            Self::Ring => &[
                (659.3, 0.0, 0.35, 0.16),
                (880.0, 0.2, 0.5, 0.16),
                (659.3, 0.9, 0.35, 0.16),
                (880.0, 1.1, 0.5, 0.16),
            ],
            Self::Ringback => &[(440.0, 0.0, 1.0, 0.04)],
            Self::Joined => &[(587.3, 0.0, 0.16, 0.08), (880.0, 0.12, 0.28, 0.08)],
            Self::Ended => &[(587.3, 0.0, 0.16, 0.08), (392.0, 0.12, 0.3, 0.08)],
        }
    }
}

thread_local! {
    // Browsers allow few of them, so the page has one.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Whether tones are on; kept for this browser.
pub fn on() -> bool {
    storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .as_deref()
        != Some("off")
}

/// Switches the tones on or off.
pub fn set_on(on: bool) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, if on { "on" } else { "off" });
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Plays a tone once. Before the first click on a page browsers keep it silent; the page says it in words too.
pub fn play(tone: Tone) {
    if on() {
        // A browser without sound has nothing to add here.
        let _ = sounded(tone);
    }
}

/// The page's one audio context.
///
/// # Errors
/// When the browser has none.
pub fn context() -> Result<AudioContext, wasm_bindgen::JsValue> {
    CONTEXT.with_borrow_mut(|held| match held {
        Some(context) => Ok(context.clone()),
        None => AudioContext::new().map(|context| held.insert(context).clone()),
    })
}

/// Lets the page sound from its first touch or key on: until then browsers keep it silent, and some fall silent again
/// after a phone call. For the page's whole life.
pub fn unlock_by_touch() {
    let unlock = || {
        // A page without a context has nothing to unlock; one that runs stays as it is.
        let held = CONTEXT.with_borrow(Clone::clone);
        if let Some(context) = held {
            let _ = context.resume();
        }
    };
    let _ = window_event_listener(leptos::ev::pointerdown, move |_| unlock());
    let _ = window_event_listener(leptos::ev::keydown, move |_| unlock());
}

/// A tone of two seconds as a stream, for an element that plays it on a speaker of its choice.
///
/// # Errors
/// When the browser has no audio context.
pub fn test_tone() -> Result<web_sys::MediaStream, wasm_bindgen::JsValue> {
    let context = context()?;
    let _ = context.resume()?;
    let out = context.create_media_stream_destination()?;
    let now = context.current_time() + 0.05;
    for (frequency, start) in [(523.3, 0.0), (659.3, 0.5), (784.0, 1.0), (1046.5, 1.5)] {
        let note = context.create_oscillator()?;
        let gain = context.create_gain()?;
        note.frequency().set_value(frequency);
        let (begins, ends) = (now + start, now + start + 0.45);
        gain.gain().set_value_at_time(0.0, begins)?;
        gain.gain()
            .linear_ramp_to_value_at_time(0.2, begins + 0.03)?;
        gain.gain().linear_ramp_to_value_at_time(0.0, ends)?;
        note.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&out)?;
        note.start_with_when(begins)?;
        note.stop_with_when(ends)?;
    }
    Ok(out.stream())
}

fn sounded(tone: Tone) -> Result<(), wasm_bindgen::JsValue> {
    let context = context()?;
    // Settles once the page was clicked; what was played before stays silent.
    let _ = context.resume()?;
    let now = context.current_time() + 0.02;
    for (frequency, start, length, loudness) in tone.notes() {
        let note = context.create_oscillator()?;
        let gain = context.create_gain()?;
        note.frequency().set_value(*frequency);
        let (begins, ends) = (now + start, now + start + length);
        gain.gain().set_value_at_time(0.0, begins)?;
        gain.gain()
            .linear_ramp_to_value_at_time(*loudness, begins + 0.02)?;
        gain.gain().linear_ramp_to_value_at_time(0.0, ends)?;
        note.connect_with_audio_node(&gain)?;
        gain.connect_with_audio_node(&context.destination())?;
        note.start_with_when(begins)?;
        note.stop_with_when(ends)?;
    }
    Ok(())
}

/// Repeats a tone until it is dropped.
pub struct Ringing(IntervalHandle);

impl Ringing {
    /// Begins at once. `None` when the browser gives no timer.
    pub fn start(tone: Tone) -> Option<Self> {
        play(tone);
        set_interval_with_handle(move || play(tone), RING_EVERY)
            .ok()
            .map(Self)
    }
}

impl Drop for Ringing {
    fn drop(&mut self) {
        self.0.clear();
    }
}
