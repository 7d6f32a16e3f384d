//! Who speaks, looked at ten times a second while this tab is in a call.

use super::{Driver, Inner};
use crate::{
    browser,
    call::{
        devices::Track,
        level::{self, Ear, Hint, Meter},
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
    pub peer_speaking: RwSignal<bool>,
    /// This person speaks and is muted.
    pub unheard: RwSignal<bool>,
}

#[derive(Default)]
struct Listening {
    timer: Option<IntervalHandle>,
    meter: Option<Meter>,
    ear: Ear,
    peer: Ear,
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
                peer_speaking: RwSignal::new(false),
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
        for signal in [
            self.voices.speaking,
            self.voices.peer_speaking,
            self.voices.unheard,
        ] {
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
        let peer = self.heard_level();
        let mut listening = self.attention.listening.borrow_mut();
        let Listening {
            meter,
            ear,
            peer: peer_ear,
            hint,
            ..
        } = &mut *listening;
        let db = meter.as_mut().map_or(f32::NEG_INFINITY, Meter::db);
        let speaks = ear.hear(now, db);
        let unheard = hint.step(now, muted, speaks);
        let peer_speaks = peer_ear.hear(now, level::from_linear(peer));
        drop(listening);
        let voices = self.attention.voices;
        put(voices.level, level::meter(db));
        put(voices.speaking, speaks && !muted);
        put(voices.unheard, unheard);
        put(voices.peer_speaking, peer_speaks);
    }
}

/// Only what changes is drawn.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}
