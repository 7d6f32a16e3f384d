//! Who speaks, looked at ten times a second while this tab is in a call.

use super::{Driver, Inner};
use crate::{
    browser,
    call::engine::{
        devices::Track,
        level::{self, Hint, Meter, VoiceDetector},
    },
};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc, time::Duration};

const EVERY: Duration = Duration::from_millis(100);

/// What is heard of both sides.
#[derive(Clone, Copy)]
pub struct Voices {
    /// This side's microphone as a meter shows it, 0 to 100; also while muted.
    pub level: RwSignal<u8>,
    pub speaking: RwSignal<bool>,
    /// Whoever has this lane speaks.
    pub others_speaking: [RwSignal<bool>; 2],
    /// This person speaks and is muted.
    pub unheard: RwSignal<bool>,
}

#[derive(Default)]
struct Listening {
    timer: Option<IntervalHandle>,
    meter: Option<Meter>,
    voice: VoiceDetector,
    others: [VoiceDetector; 2],
    hint: Hint,
}

/// Listens to both sides. Dropping it stops that.
pub struct Attention {
    pub voices: Voices,
    listening: RefCell<Listening>,
}

impl Attention {
    /// Not listening yet.
    pub fn new() -> Self {
        Self {
            voices: Voices {
                level: RwSignal::new(0),
                speaking: RwSignal::new(false),
                others_speaking: [RwSignal::new(false), RwSignal::new(false)],
                unheard: RwSignal::new(false),
            },
            listening: RefCell::default(),
        }
    }

    /// Forgets everything.
    pub fn stop(&self) {
        let before = self.listening.take();
        if let Some(timer) = before.timer {
            timer.clear();
        }
        put(self.voices.level, 0);
        let own = [self.voices.speaking, self.voices.unheard];
        for signal in own.into_iter().chain(self.voices.others_speaking) {
            put(signal, false);
        }
    }
}

impl Drop for Attention {
    fn drop(&mut self) {
        if let Some(timer) = self.listening.borrow_mut().timer.take() {
            timer.clear();
        }
    }
}

impl Driver {
    /// Who speaks.
    pub fn voices(self) -> Voices {
        self.inner().attention.voices
    }
}

impl Inner {
    /// Listens to the microphone that is held now, and to the other side.
    pub(super) fn attend(self: &Rc<Self>) {
        let meter = self
            .devices
            .borrow()
            .track(Track::Microphone)
            // A browser without an audio context shows no meter.
            .and_then(|track| Meter::new(track).ok());
        let mut listening = self.attention.listening.borrow_mut();
        let before = std::mem::replace(&mut listening.meter, meter);
        if listening.timer.is_none() {
            let inner = Rc::downgrade(self);
            let look = move || {
                if let Some(inner) = inner.upgrade() {
                    inner.listen();
                }
            };
            listening.timer = set_interval_with_handle(look, EVERY).ok();
        }
        drop(listening);
        drop(before);
    }

    fn listen(&self) {
        let now = browser::steady_ms();
        let muted = self.devices.borrow().is_muted();
        let levels = self.heard_levels();
        let mut listening = self.attention.listening.borrow_mut();
        let Listening {
            meter,
            voice,
            others,
            hint,
            ..
        } = &mut *listening;
        let db = meter.as_mut().map_or(f32::NEG_INFINITY, Meter::db);
        let speaks = voice.update(now, db);
        let unheard = hint.step(now, muted, speaks);
        let [first, second] = others;
        let speak = [(first, levels[0]), (second, levels[1])]
            .map(|(voice, level)| voice.update(now, level::from_linear(level)));
        drop(listening);
        let voices = self.attention.voices;
        put(voices.level, level::meter(db));
        put(voices.speaking, speaks && !muted);
        put(voices.unheard, unheard);
        for (signal, speaks) in voices.others_speaking.into_iter().zip(speak) {
            put(signal, speaks);
        }
    }
}

/// Only what changes is drawn.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}
