//! One RTP stream laid on the recording's wall timeline.
//!
//! Time inside a stream comes from RTP timestamps alone: arrival jitters, timestamps do not, and silence
//! that was never sent (DTX, mute) still counts in them. But timestamps can also stand still over a real
//! pause, or start anew. So each packet's place is checked against its arrival; when the two part by more
//! than [`TOLERANCE`] for as long as [`LOOKAHEAD`] can see, the stream is anchored anew. Nothing is ever
//! stretched.

use crate::Micros;
use crate::record::{PacketRecord, TrackDecl};
use std::collections::BTreeMap;

/// How far RTP time may part from arrival, in microseconds.
pub(crate) const TOLERANCE: i64 = 200_000;
/// How far ahead a decision looks, in microseconds of arrival: a burst of late packets shorter than this
/// moves nothing. Also the time within which packets are put in order.
pub(crate) const LOOKAHEAD: Micros = 1_500_000;
/// Packets that wait in one stream before the first is placed whatever its age.
const MAX_PENDING: usize = 16 * 1024;

/// A packet and its place.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub packet: PacketRecord,
    /// Clock ticks of the stream since the recording's start; below zero when it was sent before the first
    /// packet of the recording arrived.
    pub at: i64,
    /// Packets missing right before this one.
    pub missing: u64,
}

struct Anchor {
    /// Place of the last placed packet, in ticks.
    at: i64,
    timestamp: u32,
    sequence: u64,
}

/// Puts one stream's packets in order and gives them their places.
pub(crate) struct Stream {
    pub decl: TrackDecl,
    start: Micros,
    pending: BTreeMap<u64, PacketRecord>,
    last: Option<Anchor>,
}

impl Stream {
    /// `start` is the recording's start.
    pub(crate) fn new(decl: TrackDecl, start: Micros) -> Self {
        Self {
            decl,
            start,
            pending: BTreeMap::new(),
            last: None,
        }
    }

    /// Takes a packet in any order. One that comes after its successors were placed is dropped: it shows as
    /// missing already.
    pub(crate) fn push(&mut self, packet: PacketRecord) {
        if self
            .last
            .as_ref()
            .is_none_or(|last| packet.sequence > last.sequence)
        {
            self.pending.entry(packet.sequence).or_insert(packet);
        }
    }

    /// The next packet in order, once the call's `latest` arrival is [`LOOKAHEAD`] past it; with `drain`,
    /// at once.
    pub(crate) fn pop(&mut self, latest: Micros, drain: bool) -> Option<Placed> {
        let first = self.pending.first_key_value()?.1;
        let ripe = drain || first.arrival.saturating_add(LOOKAHEAD) <= latest;
        if !ripe && self.pending.len() <= MAX_PENDING {
            return None;
        }
        let at = self.place(first);
        let missing = self
            .last
            .as_ref()
            .map_or(0, |last| first.sequence - last.sequence - 1);
        let (_, packet) = self.pending.pop_first()?;
        self.last = Some(Anchor {
            at,
            timestamp: packet.timestamp,
            sequence: packet.sequence,
        });
        Some(Placed {
            packet,
            at,
            missing,
        })
    }

    fn place(&self, packet: &PacketRecord) -> i64 {
        let Some(last) = &self.last else {
            let arrival = self.ticks(packet.arrival);
            // The first packet may itself be late: the least late one that we see is nearest to the truth.
            return arrival + self.least_lateness(packet, arrival);
        };
        let step = packet.timestamp.wrapping_sub(last.timestamp).cast_signed();
        let expected = last.at + i64::from(step);
        let late = self.ticks(packet.arrival) - expected;
        let tolerance = TOLERANCE * i64::from(self.decl.clock_rate) / 1_000_000;
        if late.abs() <= tolerance {
            return expected;
        }
        let lasting = self.least_lateness(packet, expected);
        if lasting.abs() <= tolerance {
            expected
        } else {
            expected + lasting
        }
    }

    /// How late the packets from here on are, at least, when `packet` stands at `at`. In ticks.
    fn least_lateness(&self, packet: &PacketRecord, at: i64) -> i64 {
        let horizon = packet.arrival.saturating_add(LOOKAHEAD);
        self.pending
            .values()
            .filter(|other| other.arrival <= horizon)
            .map(|other| {
                let step = other.timestamp.wrapping_sub(packet.timestamp).cast_signed();
                self.ticks(other.arrival) - (at + i64::from(step))
            })
            .min()
            .unwrap_or(0)
    }

    fn ticks(&self, at: Micros) -> i64 {
        let micros = i128::from(at) - i128::from(self.start);
        let ticks = micros * i128::from(self.decl.clock_rate) / 1_000_000;
        i64::try_from(ticks).unwrap_or(if ticks < 0 {
            i64::MIN / 4
        } else {
            i64::MAX / 4
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Codec, TrackKey, TrackKind};
    use orderline_domain::call::seat::Seat;

    const START: Micros = 1_000_000_000;

    fn stream() -> Stream {
        let key = TrackKey {
            seat: Seat::SELLER,
            kind: TrackKind::Audio,
        };
        Stream::new(
            TrackDecl {
                id: 0,
                key,
                codec: Codec::Opus,
                ssrc: 1,
                clock_rate: 48_000,
            },
            START,
        )
    }

    fn push(stream: &mut Stream, sequence: u64, timestamp: u32, millis: u64) {
        stream.push(PacketRecord {
            track: 0,
            sequence,
            timestamp,
            marker: false,
            arrival: START + millis * 1000,
            payload: bytes::Bytes::from_static(&[0]),
        });
    }

    /// Places in milliseconds.
    fn places(mut stream: Stream) -> Vec<i64> {
        std::iter::from_fn(|| stream.pop(0, true))
            .map(|placed| placed.at / 48)
            .collect()
    }

    #[test]
    fn jitter_reordering_and_wrapping_timestamps_move_nothing() {
        let mut s = stream();
        let packets: Vec<_> = (0u32..).zip([30u64, 0, 90, 10, 150, 5]).collect();
        for (i, jitter) in packets.into_iter().rev() {
            let timestamp = (u32::MAX - 1000).wrapping_add(i * 960);
            push(&mut s, u64::from(i), timestamp, u64::from(i) * 20 + jitter);
        }
        assert_eq!(places(s), [0, 20, 40, 60, 80, 100]);
    }

    #[test]
    fn silence_that_was_not_sent_keeps_its_length() {
        let mut s = stream();
        push(&mut s, 0, 0, 0);
        push(&mut s, 1, 48_000 * 7, 7_050);
        assert_eq!(places(s), [0, 7_000]);
    }

    #[test]
    fn a_pause_that_timestamps_do_not_show_is_kept() {
        let mut s = stream();
        push(&mut s, 0, 0, 0);
        push(&mut s, 1, 960, 244_000);
        push(&mut s, 2, 1920, 244_020);
        assert_eq!(places(s), [0, 244_000, 244_020]);
    }

    #[test]
    fn a_burst_of_late_packets_moves_nothing() {
        let mut s = stream();
        push(&mut s, 0, 0, 0);
        // Held for 400 ms by the network, then all at once.
        for i in 1..=20u32 {
            push(&mut s, u64::from(i), i * 960, 420);
        }
        push(&mut s, 21, 21 * 960, 422);
        assert_eq!(places(s), (0..=21).map(|i| i * 20).collect::<Vec<_>>());
    }

    #[test]
    fn timestamps_that_start_anew_are_followed() {
        let mut s = stream();
        push(&mut s, 0, 1_000_000, 0);
        push(&mut s, 1, 5, 20);
        push(&mut s, 2, 965, 40);
        assert_eq!(places(s), [0, 20, 40]);
    }

    #[test]
    fn the_missing_are_counted() {
        let mut s = stream();
        push(&mut s, 5, 0, 0);
        push(&mut s, 8, 2880, 60);
        assert_eq!(s.pop(START, false).map(|p| p.missing), None, "not ripe");
        assert_eq!(s.pop(START + LOOKAHEAD, false).map(|p| p.missing), Some(0));
        assert_eq!(s.pop(0, true).map(|p| p.missing), Some(2));
        push(&mut s, 6, 960, 80);
        assert!(s.pop(0, true).is_none(), "too late to be placed");
    }
}
