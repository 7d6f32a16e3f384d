//! What a recording has of each voice, segment by segment: whether it was there, and how long it was not.

use crate::{Micros, TrackKey, TrackKind, VoiceHealth};
use orderline_domain::call::seat::Seat;
use std::collections::BTreeMap;

/// The voices of one recording.
#[derive(Default)]
pub(crate) struct Health {
    /// Of the segment that is being written.
    voices: BTreeMap<Seat, VoiceHealth>,
    /// The last packet of each voice in the whole recording.
    last: BTreeMap<Seat, Micros>,
}

impl Health {
    /// A packet of this track was recorded.
    pub(crate) fn packet(&mut self, track: TrackKey, arrival: Micros) {
        if track.kind != TrackKind::Audio {
            return;
        }
        let last = self.last.entry(track.seat).or_insert(arrival);
        let pause = arrival.saturating_sub(*last) / 1_000;
        *last = arrival.max(*last);
        let voice = self.voices.entry(track.seat).or_insert(VoiceHealth {
            seat: track.seat,
            first_at: arrival,
            last_at: arrival,
            packets: 0,
            longest_pause_ms: 0,
        });
        voice.last_at = voice.last_at.max(arrival);
        voice.packets += 1;
        let pause = u32::try_from(pause).unwrap_or(u32::MAX);
        voice.longest_pause_ms = voice.longest_pause_ms.max(pause);
    }

    /// The segment ends: what it has.
    pub(crate) fn take(&mut self) -> Vec<VoiceHealth> {
        std::mem::take(&mut self.voices).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn track(seat: Seat, kind: TrackKind) -> TrackKey {
        TrackKey { seat, kind }
    }

    #[test]
    fn a_pause_counts_where_it_ends_also_across_segments() {
        let mut health = Health::default();
        let seller = track(Seat::SELLER, TrackKind::Audio);
        let buyer = track(Seat::BUYER, TrackKind::Audio);
        for ms in [0, 20, 40, 300, 320] {
            health.packet(seller, ms * 1_000);
        }
        health.packet(track(Seat::BUYER, TrackKind::Camera), 5_000);
        health.packet(buyer, 100_000);
        let voices = health.take();
        let told: Vec<_> = voices
            .iter()
            .map(|voice| (voice.seat, voice.packets, voice.longest_pause_ms))
            .collect();
        assert_eq!(told, [(Seat::SELLER, 5, 260), (Seat::BUYER, 1, 0)]);
        assert_eq!((voices[0].first_at, voices[0].last_at), (0, 320_000));

        health.packet(seller, 340_000);
        assert_eq!(health.take().len(), 1, "the buyer was not heard");
        health.packet(buyer, 9_100_000);
        assert_eq!(health.take()[0].longest_pause_ms, 9_000);
    }
}
