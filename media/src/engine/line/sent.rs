//! One outgoing stream: its newest packets, to be sent again, and its report.

use super::{LONG_TRIP, repairable};
use crate::{engine::setup::ABS_SEND_TIME_URI, rtp::clock::ticks};
use rtc::{
    interceptor::StreamInfo,
    rtcp::sender_report::SenderReport,
    rtp::{Header, Packet, extension::abs_send_time_extension::AbsSendTimeExtension},
    shared::marshal::Marshal as _,
};
use std::time::{Duration, Instant};

/// Packets kept: a second and a half of a lively picture. A power of two.
const KEPT: usize = 512;
/// How long they are kept: after that a key frame helps more.
const KEPT_FOR: Duration = Duration::from_secs(2);
/// Nobody gets one packet more often than this.
const MOST_RESENT: u8 = 8;
/// Two requests for one packet that come closer together are one.
const LEAST_APART: Duration = Duration::from_millis(5);

struct Kept {
    packet: Packet,
    /// When it went out, the last time.
    sent: Instant,
    resent: u8,
}

/// Where retransmissions go (RFC 4588).
struct Repair {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
}

impl Repair {
    /// The packet, on this stream.
    fn of(&mut self, original: &Packet) -> Packet {
        let sequence = original.header.sequence_number;
        let mut payload = Vec::with_capacity(2 + original.payload.len());
        payload.extend_from_slice(&sequence.to_be_bytes());
        payload.extend_from_slice(&original.payload);
        let header = Header {
            version: 2,
            marker: original.header.marker,
            payload_type: self.payload_type,
            sequence_number: self.sequence,
            timestamp: original.header.timestamp,
            ssrc: self.ssrc,
            ..Header::default()
        };
        self.sequence = self.sequence.wrapping_add(1);
        Packet {
            header,
            payload: payload.into(),
        }
    }
}

pub(super) struct Sent {
    pub ssrc: u32,
    clock_rate: u32,
    repair: Option<Repair>,
    /// By sequence number modulo [`KEPT`]; empty for a stream that is not repaired.
    kept: Vec<Option<Kept>>,
    /// The oldest place that may be filled still.
    oldest: u16,
    repairable: bool,
    /// Under which number the peer takes the time of sending; `None` where it does not.
    stamped: Option<u8>,
    packets: u32,
    octets: u32,
    /// Time of the newest picture or sound, in both clocks.
    newest: Option<(u32, Instant)>,
}

impl Sent {
    pub fn new(info: &StreamInfo) -> Self {
        let repair = info
            .ssrc_rtx
            .zip(info.payload_type_rtx)
            .map(|(ssrc, payload_type)| Repair {
                ssrc,
                payload_type,
                sequence: 0,
            });
        Self {
            ssrc: info.ssrc,
            clock_rate: info.clock_rate,
            repair,
            kept: Vec::new(),
            oldest: 0,
            repairable: repairable(info),
            stamped: info
                .rtp_header_extensions
                .iter()
                .find(|extension| extension.uri == ABS_SEND_TIME_URI)
                .and_then(|extension| u8::try_from(extension.id).ok()),
            packets: 0,
            octets: 0,
            newest: None,
        }
    }

    pub fn repairs_on(&self, ssrc: u32) -> bool {
        self.repair
            .as_ref()
            .is_some_and(|repair| repair.ssrc == ssrc)
    }

    /// Whether the peer takes the time of sending.
    pub fn is_stamped(&self) -> bool {
        self.stamped.is_some()
    }

    /// Writes the time of sending into a packet that leaves now, for the first time or again. From it the peer tells a
    /// queue on the way from a packet that we had late ourselves.
    pub fn stamp(&self, packet: &mut Packet, ntp: u64) {
        if let Some(id) = self.stamped
            && let Ok(stamp) = AbsSendTimeExtension::new(ntp).marshal()
        {
            // Refused for a number that no header can carry: then nothing was agreed on.
            let _ = packet.header.set_extension(id, stamp.freeze());
        }
    }

    /// Takes note of a packet that goes out for the first time.
    pub fn keep(&mut self, now: Instant, packet: &Packet) {
        let Header {
            sequence_number,
            timestamp,
            ..
        } = packet.header;
        self.packets = self.packets.wrapping_add(1);
        let octets = u32::try_from(packet.payload.len()).unwrap_or(u32::MAX);
        self.octets = self.octets.wrapping_add(octets);
        // Packets of one picture share a time: the first of them tells when it was.
        let forward = |newest: u32| timestamp.wrapping_sub(newest).cast_signed() > 0;
        if self.newest.is_none_or(|(newest, _)| forward(newest)) {
            self.newest = Some((timestamp, now));
        }
        if !self.repairable {
            return;
        }
        if self.kept.is_empty() {
            self.kept.resize_with(KEPT, || None);
            self.oldest = sequence_number;
        }
        self.forget(now, sequence_number);
        self.kept[place(sequence_number)] = Some(Kept {
            packet: packet.clone(),
            sent: now,
            resent: 0,
        });
    }

    /// Lets go of what is too old to be of use, a few at a time.
    fn forget(&mut self, now: Instant, newest: u16) {
        for _ in 0..4 {
            let behind = newest.wrapping_sub(self.oldest);
            if behind == 0 || behind >= 0x8000 {
                return;
            }
            let slot = &mut self.kept[place(self.oldest)];
            let fresh = slot
                .as_ref()
                .is_some_and(|kept| now.saturating_duration_since(kept.sent) < KEPT_FOR);
            if fresh && usize::from(behind) < KEPT {
                return;
            }
            *slot = None;
            self.oldest = self.oldest.wrapping_add(1);
        }
    }

    /// The packet once more, on the repair stream when there is one. `None` when it is not there any more, or
    /// when what was sent last may still be on its way.
    pub fn again(&mut self, now: Instant, sequence: u16, round_trip: Duration) -> Option<Packet> {
        let kept = self.kept.get_mut(place(sequence))?.as_mut()?;
        let least = (round_trip * 3 / 4).max(LEAST_APART);
        if kept.packet.header.sequence_number != sequence
            || kept.resent >= MOST_RESENT
            || now.saturating_duration_since(kept.sent) < least
        {
            return None;
        }
        kept.sent = now;
        kept.resent += 1;
        let packet = &kept.packet;
        Some(match &mut self.repair {
            Some(repair) => repair.of(packet),
            None => packet.clone(),
        })
    }

    /// What was just sent again, on top: where that was for the second time, and a third would come far too late.
    pub fn copy(&mut self, sequence: u16, round_trip: Duration) -> Option<Packet> {
        let kept = self.kept.get(place(sequence))?.as_ref()?;
        let repair = self.repair.as_mut()?;
        (kept.resent == 2 && round_trip >= LONG_TRIP).then(|| repair.of(&kept.packet))
    }

    /// `None` while nothing was sent.
    pub fn report(&self, now: Instant, ntp: u64) -> Option<SenderReport> {
        let (timestamp, at) = self.newest?;
        let ticks = ticks(now.saturating_duration_since(at), self.clock_rate);
        Some(SenderReport {
            ssrc: self.ssrc,
            ntp_time: ntp,
            rtp_time: timestamp.wrapping_add(ticks),
            packet_count: self.packets,
            octet_count: self.octets,
            ..SenderReport::default()
        })
    }
}

fn place(sequence: u16) -> usize {
    usize::from(sequence) % KEPT
}
