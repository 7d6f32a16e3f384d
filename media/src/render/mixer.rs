//! The voices' common timeline: left and right, in samples of 48 kHz from the recording's start.

use super::manifest::{WAVEFORM_STEP_MS, Waveform};
use orderline_domain::call::seat::Seat;
use std::collections::{BTreeMap, VecDeque};

/// Samples per second of everything here.
pub(crate) const RATE: u64 = 48_000;
/// Samples of one encoded frame (20 ms).
pub(crate) const FRAME: usize = 960;
/// How far a voice may reach ahead of what was taken out, in samples: bounds the memory.
const MAX_AHEAD: u64 = 120 * RATE;
/// Seats with a waveform.
const MAX_SEATS: usize = 16;
const STEP: u64 = RATE * WAVEFORM_STEP_MS as u64 / 1000;

/// Sums voices into two channels; what was never written is silence.
#[derive(Default)]
pub(crate) struct Mixer {
    /// Place of the first sample that is still held.
    taken: u64,
    channels: [VecDeque<f32>; 2],
    peaks: BTreeMap<Seat, Vec<u8>>,
}

impl Mixer {
    /// Adds samples at a place; what lies before the taken part or too far ahead is dropped.
    pub(crate) fn add(&mut self, seat: Seat, at: u64, samples: &[f32]) {
        let late = self.taken.saturating_sub(at);
        let Some(samples) = usize::try_from(late)
            .ok()
            .and_then(|late| samples.get(late..))
        else {
            return;
        };
        let at = at + late;
        if samples.is_empty() || at - self.taken > MAX_AHEAD {
            return;
        }
        self.note_peaks(seat, at, samples);
        let channel = &mut self.channels[usize::from(seat == Seat::BUYER)];
        let Ok(offset) = usize::try_from(at - self.taken) else {
            return;
        };
        if channel.len() < offset + samples.len() {
            channel.resize(offset + samples.len(), 0.0);
        }
        for (sum, sample) in channel.range_mut(offset..).zip(samples) {
            *sum += sample;
        }
    }

    /// Place of the next sample to be taken.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Place after the last sample that was added.
    pub(crate) fn end(&self) -> u64 {
        self.taken + self.channels.iter().map(VecDeque::len).max().unwrap_or(0) as u64
    }

    /// Takes one frame, left and right interleaved.
    pub(crate) fn take(&mut self) -> [f32; FRAME * 2] {
        let mut frame = [0.0; FRAME * 2];
        for (side, channel) in self.channels.iter_mut().enumerate() {
            let len = channel.len().min(FRAME);
            for (i, sample) in channel.drain(..len).enumerate() {
                frame[i * 2 + side] = sample.clamp(-1.0, 1.0);
            }
        }
        self.taken += FRAME as u64;
        frame
    }

    /// The voices' waveforms, each as long as the recording.
    pub(crate) fn waveforms(self, samples: u64) -> Vec<Waveform> {
        let steps = usize::try_from(samples.div_ceil(STEP)).unwrap_or(usize::MAX);
        self.peaks
            .into_iter()
            .map(|(seat, mut peaks)| {
                peaks.resize(steps, 0);
                Waveform {
                    seat,
                    step_ms: WAVEFORM_STEP_MS,
                    peaks,
                }
            })
            .collect()
    }

    fn note_peaks(&mut self, seat: Seat, at: u64, samples: &[f32]) {
        if !self.peaks.contains_key(&seat) && self.peaks.len() >= MAX_SEATS {
            return;
        }
        let peaks = self.peaks.entry(seat).or_default();
        for (sample, place) in samples.iter().zip(at..) {
            let Ok(step) = usize::try_from(place / STEP) else {
                return;
            };
            if peaks.len() <= step {
                peaks.resize(step + 1, 0);
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 0 ..= 255 before"
            )]
            let level = (sample.abs() * 255.0).round().clamp(0.0, 255.0) as u8;
            peaks[step] = peaks[step].max(level);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_keep_to_their_sides_and_places() {
        let mut mixer = Mixer::default();
        mixer.add(Seat::SELLER, 1, &[0.5, 0.5]);
        mixer.add(Seat::BUYER, 2, &[-1.0]);
        mixer.add(Seat(2), 1, &[0.25]);
        assert_eq!(mixer.end(), 3);
        let frame = mixer.take();
        assert_eq!(frame[..8], [0.0, 0.0, 0.75, 0.0, 0.5, -1.0, 0.0, 0.0]);
        // Half of it comes too late.
        mixer.add(Seat::BUYER, FRAME as u64 - 1, &[1.0, 0.5]);
        assert_eq!(mixer.take()[..2], [0.0, 0.5]);
        let waveforms = mixer.waveforms(2 * FRAME as u64);
        let peaks: Vec<_> = waveforms
            .iter()
            .map(|w| (w.seat.0, w.peaks.clone()))
            .collect();
        assert_eq!(peaks, [(0, vec![128]), (1, vec![255]), (2, vec![64])]);
    }
}
