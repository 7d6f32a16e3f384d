//! Asks the sender again for video packets that did not arrive. Ours, because a retransmission comes on a
//! stream of its own and must count as an arrival: otherwise everything lost is asked for over and over.

use rtc::{
    interceptor::{AttributedPacket, Interceptor, Packet, StreamInfo, TaggedPacket},
    rtcp::transport_feedbacks::transport_layer_nack::{
        TransportLayerNack, nack_pairs_from_sequence_numbers,
    },
    sansio::Protocol,
    shared::{TransportContext, error::Error},
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::{Duration, Instant},
};

/// When a missing packet is asked for, counted from the moment it was missed and then from the last request.
/// The first wait lets packets that merely overtook each other arrive.
const WAITS: [Duration; 4] = [
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
];
/// A longer hole is not worth repairing: a key frame is cheaper.
const MAX_HOLE: u64 = 256;
/// Missing packets remembered per stream; the oldest are given up first.
const MAX_MISSING: usize = 512;
/// Streams watched per connection: camera and screen, and a margin for a browser that changes its SSRC.
const MAX_STREAMS: usize = 16;

#[derive(Clone, Copy)]
struct Missing {
    asked: usize,
    due: Instant,
}

/// One stream's arrivals.
#[derive(Default)]
struct Arrivals {
    highest: Option<u64>,
    missing: BTreeMap<u64, Missing>,
}

impl Arrivals {
    fn arrived(&mut self, sequence: u16, now: Instant) {
        let Some(highest) = self.highest else {
            self.highest = Some(u64::from(sequence) + (1 << 16));
            return;
        };
        let extended = crate::relay::extend(highest, sequence);
        if extended <= highest {
            self.missing.remove(&extended);
            return;
        }
        self.highest = Some(extended);
        if extended - highest - 1 > MAX_HOLE {
            self.missing.clear();
            return;
        }
        for lost in highest + 1..extended {
            self.missing.insert(
                lost,
                Missing {
                    asked: 0,
                    due: now + WAITS[0],
                },
            );
        }
        while self.missing.len() > MAX_MISSING {
            self.missing.pop_first();
        }
    }

    /// Sequence numbers to ask for now.
    fn due(&mut self, now: Instant) -> Vec<u16> {
        let mut wanted = Vec::new();
        self.missing.retain(|sequence, missing| {
            if missing.due > now {
                return true;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the wire's sequence number is the low half"
            )]
            wanted.push(*sequence as u16);
            missing.asked += 1;
            match WAITS.get(missing.asked) {
                Some(wait) => {
                    missing.due = now + *wait;
                    true
                }
                None => false,
            }
        });
        wanted
    }
}

/// The interceptor; it sits where the library's own generator would.
#[derive(Default)]
pub(super) struct NackRequester {
    streams: HashMap<u32, Arrivals>,
    /// Retransmission stream → the stream that it repairs.
    repairs: HashMap<u32, u32>,
    next: Option<Instant>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl NackRequester {
    fn note(&mut self, ssrc: u32, sequence: u16, payload: &[u8], now: Instant) {
        let (ssrc, sequence) = match (self.repairs.get(&ssrc), payload) {
            // RFC 4588: a retransmission's payload begins with the original sequence number.
            (Some(primary), [high, low, ..]) => (*primary, u16::from_be_bytes([*high, *low])),
            (Some(_), _) => return,
            (None, _) => (ssrc, sequence),
        };
        if let Some(arrivals) = self.streams.get_mut(&ssrc) {
            arrivals.arrived(sequence, now);
            self.schedule();
        }
    }

    fn schedule(&mut self) {
        self.next = self
            .streams
            .values()
            .flat_map(|arrivals| arrivals.missing.values())
            .map(|missing| missing.due)
            .min();
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for NackRequester {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(rtp) = &msg.message.packet {
            self.note(
                rtp.header.ssrc,
                rtp.header.sequence_number,
                &rtp.payload,
                msg.now,
            );
        }
        self.read.push_back(msg);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        self.write.push_back(msg);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        if self.next.is_none_or(|next| next > now) {
            return Ok(());
        }
        for (ssrc, arrivals) in &mut self.streams {
            let wanted = arrivals.due(now);
            if wanted.is_empty() {
                continue;
            }
            let nack = TransportLayerNack {
                sender_ssrc: 0,
                media_ssrc: *ssrc,
                nacks: nack_pairs_from_sequence_numbers(&wanted),
            };
            self.write.push_back(TaggedPacket {
                now,
                transport: TransportContext::default(),
                message: AttributedPacket::new(Packet::Rtcp(vec![Box::new(nack)])),
            });
        }
        self.schedule();
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.next
    }
}

impl Interceptor for NackRequester {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}

    fn unbind_local_stream(&mut self, _: &StreamInfo) {}

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        let nack = info
            .rtcp_feedback
            .iter()
            .any(|f| f.typ == "nack" && f.parameter.is_empty());
        if !nack || self.repairs.contains_key(&info.ssrc) || self.streams.len() >= MAX_STREAMS {
            return;
        }
        self.streams.insert(info.ssrc, Arrivals::default());
        if let Some(rtx) = info.ssrc_rtx {
            self.repairs.insert(rtx, info.ssrc);
        }
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        self.streams.remove(&info.ssrc);
        self.repairs.retain(|_, primary| *primary != info.ssrc);
        self.schedule();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_packet_is_asked_for_four_times_and_then_given_up() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        arrivals.arrived(65_534, start);
        arrivals.arrived(1, start);
        assert_eq!(arrivals.due(start), [] as [u16; 0]);
        let mut now = start;
        for wait in WAITS {
            now += wait;
            assert_eq!(arrivals.due(now), [65_535, 0]);
        }
        assert_eq!(arrivals.due(now + Duration::from_secs(9)), [] as [u16; 0]);
    }

    #[test]
    fn what_arrives_late_is_not_asked_for() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        for sequence in [10, 13, 11, 12] {
            arrivals.arrived(sequence, start);
        }
        assert_eq!(arrivals.due(start + WAITS[0]), [] as [u16; 0]);
    }

    #[test]
    fn a_retransmission_counts_as_the_packet_that_it_repeats() {
        let start = Instant::now();
        let mut requester = NackRequester::default();
        requester.streams.insert(7, Arrivals::default());
        requester.repairs.insert(8, 7);
        requester.note(7, 100, &[], start);
        requester.note(7, 102, &[], start);
        assert_eq!(requester.next, Some(start + WAITS[0]));
        requester.note(8, 5_000, &[0, 101, 1, 2, 3], start);
        assert_eq!(requester.next, None);
    }

    #[test]
    fn a_hole_too_long_to_repair_is_left_to_a_key_frame() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        arrivals.arrived(0, start);
        arrivals.arrived(5_000, start);
        assert!(arrivals.missing.is_empty());
    }
}
