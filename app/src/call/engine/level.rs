//! How loud somebody is: whether they speak, and whether they speak without being heard. The deciding parts are pure.

use super::sound;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{AnalyserNode, MediaStream, MediaStreamAudioSourceNode, MediaStreamTrack};

/// Below this nobody speaks, whatever the room is like, in dB of full scale.
const QUIET_DB: f32 = -52.0;
/// How much louder than the room speech is, in dB.
const ABOVE_ROOM_DB: f32 = 10.0;
/// The loudest and the quietest that a room is taken to be.
const ROOM_DB: (f32, f32) = (-90.0, -38.0);
/// Speech goes on through pauses of this length, in milliseconds.
const PAUSE_MS: u64 = 400;
/// Speech of this length while muted brings the hint, in milliseconds.
const HINT_AFTER_MS: u64 = 600;
/// How long the hint stays after the last word, in milliseconds.
const HINT_STAYS_MS: u64 = 4_000;
/// Silence after which speech is counted anew, in milliseconds.
const FORGET_MS: u64 = 2_000;
/// What the meter shows as nothing and as full.
const METER_DB: (f32, f32) = (-60.0, -6.0);
/// Samples looked at in one go: 43 ms at 48 kHz.
const SAMPLES: u32 = 2048;

/// Tells speech from background noise.
#[derive(Clone, Debug)]
pub struct VoiceDetector {
    room: f32,
    last_loud: Option<u64>,
}

impl Default for VoiceDetector {
    fn default() -> Self {
        Self {
            room: -60.0,
            last_loud: None,
        }
    }
}

impl VoiceDetector {
    /// Takes a level; true while somebody speaks.
    pub fn update(&mut self, now: u64, db: f32) -> bool {
        let db = if db.is_finite() { db } else { ROOM_DB.0 };
        if db > QUIET_DB.max(self.room + ABOVE_ROOM_DB) {
            self.last_loud = Some(now);
        }
        // The room is what remains in the pauses: it falls fast and rises slowly.
        let weight = if db < self.room { 0.4 } else { 0.01 };
        self.room = (self.room + (db - self.room) * weight).clamp(ROOM_DB.0, ROOM_DB.1);
        self.last_loud
            .is_some_and(|last| now.saturating_sub(last) <= PAUSE_MS)
    }
}

/// Whether to say "you are muted".
#[derive(Clone, Debug, Default)]
pub struct Hint {
    spoken_ms: u64,
    before: Option<u64>,
    last_word: Option<u64>,
    until: u64,
}

impl Hint {
    /// Takes in whether the person is muted and speaks; true while the hint is to be shown.
    pub fn step(&mut self, now: u64, muted: bool, speaks: bool) -> bool {
        let passed = self
            .before
            .replace(now)
            .map_or(0, |before| now.saturating_sub(before));
        if !muted {
            *self = Self {
                before: Some(now),
                ..Self::default()
            };
            return false;
        }
        if speaks {
            self.spoken_ms = self.spoken_ms.saturating_add(passed);
            self.last_word = Some(now);
            if self.spoken_ms >= HINT_AFTER_MS {
                self.until = now.saturating_add(HINT_STAYS_MS);
            }
        } else if self
            .last_word
            .is_some_and(|last| now.saturating_sub(last) >= FORGET_MS)
        {
            self.spoken_ms = 0;
        }
        now < self.until
    }
}

/// The level as a part of the meter, 0 to 100.
pub fn meter(db: f32) -> u8 {
    let part = (db - METER_DB.0) / (METER_DB.1 - METER_DB.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100"
    )]
    let percent = (part.clamp(0.0, 1.0) * 100.0).round() as u8;
    percent
}

/// The level of samples between -1 and 1, in dB of full scale.
pub fn decibels(samples: &[f32]) -> f32 {
    let energy: f32 = samples.iter().map(|it| it * it).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
    let mean = energy / samples.len().max(1) as f32;
    from_linear(mean.sqrt())
}

/// A linear level between 0 and 1 in dB of full scale.
pub fn from_linear(level: f32) -> f32 {
    if level > 0.0 {
        20.0 * level.log10()
    } else {
        f32::NEG_INFINITY
    }
}

/// Listens to a microphone, also while it is muted for the others: it hears a copy of the track.
pub struct Meter {
    copy: MediaStreamTrack,
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
    samples: Vec<f32>,
}

impl Meter {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the browser gives no audio context.
    pub fn new(track: &MediaStreamTrack) -> Result<Self, JsValue> {
        let context = sound::context()?;
        let copy = track.clone();
        copy.set_enabled(true);
        let stream = MediaStream::new_with_tracks(&Array::of1(&copy))?;
        let source = context.create_media_stream_source(&stream)?;
        let analyser = context.create_analyser()?;
        analyser.set_fft_size(SAMPLES);
        source.connect_with_audio_node(&analyser)?;
        Ok(Self {
            copy,
            source,
            analyser,
            samples: vec![0.0; SAMPLES as usize],
        })
    }

    /// How loud it is now, in dB of full scale.
    pub fn db(&mut self) -> f32 {
        self.analyser.get_float_time_domain_data(&mut self.samples);
        decibels(&self.samples)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        // Nothing else is connected to it.
        let _ = self.source.disconnect();
        self.copy.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of 100 ms: whether somebody speaks after each.
    fn listen(voice: &mut VoiceDetector, from: u64, levels: &[f32]) -> Vec<bool> {
        levels
            .iter()
            .zip(0_u64..)
            .map(|(db, at)| voice.update((from + at) * 100, *db))
            .collect()
    }

    #[test]
    fn speech_over_a_room_is_heard_through_its_pauses() {
        let mut voice = VoiceDetector::default();
        assert!(!listen(&mut voice, 0, &[-70.0; 20]).contains(&true));
        let said = listen(
            &mut voice,
            20,
            &[
                -25.0, -60.0, -60.0, -22.0, -70.0, -70.0, -70.0, -70.0, -70.0,
            ],
        );
        assert_eq!(
            said,
            [true, true, true, true, true, true, true, true, false]
        );
    }

    #[test]
    fn a_loud_fan_is_no_speech_after_a_while_but_a_voice_over_it_is() {
        let mut voice = VoiceDetector::default();
        let fan = listen(&mut voice, 0, &[-45.0; 400]);
        assert_eq!(fan.last(), Some(&false));
        assert!(voice.update(41_000, -25.0));
    }

    #[test]
    fn silence_without_any_signal_is_no_speech() {
        let mut voice = VoiceDetector::default();
        assert!(!voice.update(0, f32::NEG_INFINITY));
        assert!(!voice.update(100, f32::NAN));
        assert!(!voice.update(200, -55.0));
    }

    #[test]
    fn the_hint_comes_with_speech_while_muted_and_goes_with_unmuting() {
        let mut hint = Hint::default();
        let steps = |hint: &mut Hint, from: u64, muted, speaks, count: u64| {
            (0..count)
                .map(|at| hint.step((from + at) * 100, muted, speaks))
                .collect::<Vec<_>>()
        };
        assert!(!steps(&mut hint, 0, false, true, 30).contains(&true));
        let shown = steps(&mut hint, 30, true, true, 10);
        assert_eq!(shown.iter().position(|it| *it), Some(5));
        assert!(hint.step(5_000, true, false), "stays for a while");
        assert!(!hint.step(8_500, true, false), "then goes");
        assert!(steps(&mut hint, 90, true, true, 10).contains(&true));
        assert!(!hint.step(10_100, false, true));
    }

    #[test]
    fn a_cough_brings_no_hint() {
        let mut hint = Hint::default();
        for (now, speaks) in [(0, false), (100, true), (200, true), (300, false)] {
            assert!(!hint.step(now, true, speaks));
        }
        assert!(!hint.step(3_000, true, false));
        assert!(!hint.step(3_100, true, true));
    }

    #[test]
    fn the_meter_spans_from_a_whisper_to_full() {
        assert_eq!(meter(f32::NEG_INFINITY), 0);
        assert_eq!(meter(-60.0), 0);
        assert_eq!(meter(-33.0), 50);
        assert_eq!(meter(0.0), 100);
        assert!(decibels(&[0.5; 64]) < -6.0);
        assert!(decibels(&[]).is_infinite());
    }
}
