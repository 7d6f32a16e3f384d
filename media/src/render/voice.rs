//! One Opus stream: decoded and put on the mixer, with its losses concealed or noted.

use super::mixer::{Mixer, RATE};
use super::timeline::Placed;
use opus::{Channels, Decoder};
use orderline_domain::call::seat::Seat;

/// An Opus packet holds at most 120 ms.
const MAX_SAMPLES: usize = 5760;
/// Losses up to this many samples (60 ms) are concealed by the decoder; longer ones are silence.
const MAX_CONCEALED: u64 = 60 * RATE / 1000;
/// The decoder conceals in steps of 2.5 ms.
const CONCEAL_STEP: u64 = RATE / 400;

/// A missing stretch in samples from the recording's start.
pub(crate) type Missing = (u64, u64);

/// One stream's decoder. Streams are mono here: the decoder mixes a stereo stream down.
pub(crate) struct Voice {
    seat: Seat,
    decoder: Decoder,
    /// Room for one decoded packet.
    samples: Vec<f32>,
    /// Place after the last decoded sample.
    cursor: Option<u64>,
}

impl Voice {
    pub(crate) fn new(seat: Seat) -> Result<Self, opus::Error> {
        let rate = u32::try_from(RATE).unwrap_or(48_000);
        Ok(Self {
            seat,
            decoder: Decoder::new(rate, Channels::Mono)?,
            samples: vec![0.0; MAX_SAMPLES],
            cursor: None,
        })
    }

    /// Puts a packet on the mixer; gives what is missing before it.
    pub(crate) fn packet(&mut self, placed: &Placed, mixer: &mut Mixer) -> Option<Missing> {
        let missing = match self
            .cursor
            .and_then(|cursor| u64::try_from(placed.at).ok().map(|at| (cursor, at)))
        {
            Some((cursor, at)) if placed.missing > 0 && at > cursor => {
                self.conceal(cursor, at, placed, mixer);
                Some((cursor, at))
            }
            _ => None,
        };
        let samples = &mut self.samples;
        if placed.packet.payload.is_empty() {
            // Padding: it counts in the numbering and sounds like nothing.
            return missing;
        }
        // A packet that is no Opus leaves silence behind.
        let len = self
            .decoder
            .decode_float(&placed.packet.payload, samples, false)
            .unwrap_or(0);
        // Cut what lies before the recording, and where two packets overlap because the stream was anchored
        // anew: there the earlier keeps its place.
        let from = i64::try_from(self.cursor.unwrap_or(0))
            .unwrap_or(i64::MAX)
            .max(placed.at);
        let skip = usize::try_from(from.saturating_sub(placed.at))
            .unwrap_or(usize::MAX)
            .min(len);
        if let Ok(from) = u64::try_from(from) {
            mixer.add(self.seat, from, &samples[skip..len]);
            self.cursor = Some(from + (len - skip) as u64);
        }
        missing
    }

    /// Place after the last decoded sample.
    pub(crate) fn end(&self) -> u64 {
        self.cursor.unwrap_or(0)
    }

    fn conceal(&mut self, from: u64, to: u64, placed: &Placed, mixer: &mut Mixer) {
        let lost = to - from;
        if lost > MAX_CONCEALED {
            return;
        }
        let len = usize::try_from(lost - lost % CONCEAL_STEP).unwrap_or(0);
        if len == 0 {
            return;
        }
        let mut samples = vec![0f32; len];
        // A single lost packet may stand, coarser, in the one after it; the decoder falls back to guessing.
        let repair: &[u8] = if placed.missing == 1 {
            &placed.packet.payload
        } else {
            &[]
        };
        if let Ok(len) = self
            .decoder
            .decode_float(repair, &mut samples, placed.missing == 1)
        {
            mixer.add(self.seat, from, &samples[..len.min(samples.len())]);
        }
    }
}
