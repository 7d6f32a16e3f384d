//! The sound's position is the player's clock.

use leptos::{html, prelude::*, task::spawn_local};

/// Where the player stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    /// Position on the recording's timeline, in milliseconds.
    pub ms: f64,
    pub playing: bool,
    pub speed: f64,
}

impl Clock {
    /// The position in whole milliseconds.
    pub fn whole_ms(self) -> i64 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a recording is shorter than 2^53 ms"
        )]
        let ms = self.ms.max(0.0) as i64;
        ms
    }
}

/// The buttons' side of the player.
#[derive(Clone, Copy)]
pub struct Deck {
    audio: StoredValue<Option<NodeRef<html::Audio>>>,
    clock: RwSignal<Clock>,
    audio_start_ms: i64,
    duration_ms: i64,
}

impl Deck {
    /// A deck whose sound begins at `audio_start_ms` of a timeline of `duration_ms`.
    pub fn new(audio_start_ms: i64, duration_ms: i64) -> Self {
        let clock = Clock {
            speed: 1.0,
            ..Clock::default()
        };
        Self {
            audio: StoredValue::new(None),
            clock: RwSignal::new(clock),
            audio_start_ms,
            duration_ms,
        }
    }

    /// Takes the sound that it drives.
    pub fn attach(self, audio: NodeRef<html::Audio>) {
        self.audio.set_value(Some(audio));
    }

    pub fn clock(self) -> Signal<Clock> {
        self.clock.into()
    }

    /// Length of the timeline, in milliseconds.
    pub const fn duration_ms(self) -> i64 {
        self.duration_ms
    }

    /// Reads the sound's position.
    pub fn read(self) {
        let Some(audio) = self.element() else { return };
        let now = Clock {
            ms: audio.current_time() * 1_000.0 + float(self.audio_start_ms),
            playing: !audio.paused() && !audio.ended(),
            speed: audio.playback_rate(),
        };
        if *self.clock.read_untracked() != now {
            self.clock.set(now);
        }
    }

    /// Plays or pauses.
    pub fn toggle(self) {
        let Some(audio) = self.element() else { return };
        if audio.paused() {
            play(&audio);
        } else {
            let _ = audio.pause();
        }
        self.read();
    }

    /// Goes to a position of the timeline, in milliseconds.
    pub fn seek(self, ms: f64) {
        let Some(audio) = self.element() else { return };
        let ms = ms.clamp(0.0, float(self.duration_ms));
        audio.set_current_time((ms - float(self.audio_start_ms)).max(0.0) / 1_000.0);
        self.read();
    }

    /// Goes so many milliseconds further (or back).
    pub fn jump(self, ms: f64) {
        let here = self.clock.read_untracked().ms;
        self.seek(here + ms);
    }

    /// Plays from here.
    pub fn play_from(self, ms: i64) {
        self.seek(float(ms));
        if let Some(audio) = self.element() {
            play(&audio);
        }
    }

    /// Plays so many times as fast; voices keep their pitch.
    pub fn set_speed(self, speed: f64) {
        if let Some(audio) = self.element() {
            audio.set_playback_rate(speed);
        }
        self.read();
    }

    fn element(self) -> Option<web_sys::HtmlAudioElement> {
        self.audio.try_get_value().flatten()?.get_untracked()
    }
}

/// Begins to play. A refusal, or a pause right after, shows as still paused.
pub fn play(media: &web_sys::HtmlMediaElement) {
    if let Ok(started) = media.play() {
        spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(started).await;
        });
    }
}

/// Milliseconds as the browser counts them.
pub fn float(ms: i64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a recording is shorter than 2^53 ms"
    )]
    let ms = ms as f64;
    ms
}
