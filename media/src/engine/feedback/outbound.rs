//! One outgoing stream: its newest packets, kept for retransmission, and its sender report.

use super::{HIGH_RTT, has_nack};
use crate::{engine::setup::ABS_SEND_TIME_URI, rtp::clock::ticks};
use rtc::{
    interceptor::StreamInfo,
    rtcp::sender_report::SenderReport,
    rtp::{Header, Packet, extension::abs_send_time_extension::AbsSendTimeExtension},
    shared::marshal::Marshal as _,
};
use std::time::{Duration, Instant};

/// Packets kept for retransmission: a second and a half of lively video. A power of two.
const HISTORY: usize = 512;
/// How long they are kept: after that a key frame helps more.
const HISTORY_AGE: Duration = Duration::from_secs(2);
/// A packet is retransmitted at most so often.
const MAX_RETRANSMISSIONS: u8 = 8;
/// NACKs for one packet that come closer together count as one.
const MIN_RETRANSMIT_INTERVAL: Duration = Duration::from_millis(5);

struct Kept {
    packet: Packet,
    /// When it went out, the last time.
    sent: Instant,
    retransmissions: u8,
}

/// The stream that carries retransmissions (RFC 4588).
struct Rtx {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
}

impl Rtx {
    fn wrap(&mut self, original: &Packet) -> Packet {
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

pub(super) struct OutboundStream {
    pub ssrc: u32,
    clock_rate: u32,
    rtx: Option<Rtx>,
    /// By sequence number modulo [`HISTORY`]; empty for a stream without NACK.
    history: Vec<Option<Kept>>,
    /// Sequence number of the oldest packet that may still be kept.
    oldest: u16,
    nackable: bool,
    /// Id of the abs-send-time header extension, where it was negotiated.
    abs_send_time: Option<u8>,
    packets: u32,
    octets: u32,
    /// RTP time of the newest frame, and when it was sent.
    newest: Option<(u32, Instant)>,
}

impl OutboundStream {
    pub(crate) fn new(info: &StreamInfo) -> Self {
        let rtx = info
            .ssrc_rtx
            .zip(info.payload_type_rtx)
            .map(|(ssrc, payload_type)| Rtx {
                ssrc,
                payload_type,
                sequence: 0,
            });
        Self {
            ssrc: info.ssrc,
            clock_rate: info.clock_rate,
            rtx,
            history: Vec::new(),
            oldest: 0,
            nackable: has_nack(info),
            abs_send_time: info
                .rtp_header_extensions
                .iter()
                .find(|extension| extension.uri == ABS_SEND_TIME_URI)
                .and_then(|extension| u8::try_from(extension.id).ok()),
            packets: 0,
            octets: 0,
            newest: None,
        }
    }

    pub(crate) fn has_rtx(&self, ssrc: u32) -> bool {
        self.rtx.as_ref().is_some_and(|rtx| rtx.ssrc == ssrc)
    }

    pub(crate) fn has_abs_send_time(&self) -> bool {
        self.abs_send_time.is_some()
    }

    /// Writes the time of sending into a packet that leaves now, for the first time or again: from it the peer's
    /// bandwidth estimate tells a queue in the network from a packet that we sent late ourselves.
    pub(crate) fn set_abs_send_time(&self, packet: &mut Packet, ntp: u64) {
        if let Some(id) = self.abs_send_time
            && let Ok(time) = AbsSendTimeExtension::new(ntp).marshal()
        {
            // Refused for an id that no header can carry: then nothing was negotiated.
            let _ = packet.header.set_extension(id, time.freeze());
        }
    }

    /// Keeps a packet that goes out for the first time.
    pub(crate) fn keep(&mut self, now: Instant, packet: &Packet) {
        let Header {
            sequence_number,
            timestamp,
            ..
        } = packet.header;
        self.packets = self.packets.wrapping_add(1);
        let octets = u32::try_from(packet.payload.len()).unwrap_or(u32::MAX);
        self.octets = self.octets.wrapping_add(octets);
        // The packets of a frame share a timestamp: the first of them tells when it was.
        let forward = |newest: u32| timestamp.wrapping_sub(newest).cast_signed() > 0;
        if self.newest.is_none_or(|(newest, _)| forward(newest)) {
            self.newest = Some((timestamp, now));
        }
        if !self.nackable {
            return;
        }
        if self.history.is_empty() {
            self.history.resize_with(HISTORY, || None);
            self.oldest = sequence_number;
        }
        self.drop_old(now, sequence_number);
        self.history[place(sequence_number)] = Some(Kept {
            packet: packet.clone(),
            sent: now,
            retransmissions: 0,
        });
    }

    /// Drops packets that are too old to be of use, a few at a time.
    fn drop_old(&mut self, now: Instant, newest: u16) {
        for _ in 0..4 {
            let behind = newest.wrapping_sub(self.oldest);
            if behind == 0 || behind >= 0x8000 {
                return;
            }
            let slot = &mut self.history[place(self.oldest)];
            let fresh = slot
                .as_ref()
                .is_some_and(|kept| now.saturating_duration_since(kept.sent) < HISTORY_AGE);
            if fresh && usize::from(behind) < HISTORY {
                return;
            }
            *slot = None;
            self.oldest = self.oldest.wrapping_add(1);
        }
    }

    /// The packet again, on the RTX stream when there is one. `None` when it is kept no longer, or when what was sent
    /// last may still be on its way.
    pub(crate) fn retransmit(
        &mut self,
        now: Instant,
        sequence: u16,
        rtt: Duration,
    ) -> Option<Packet> {
        let kept = self.history.get_mut(place(sequence))?.as_mut()?;
        let interval = (rtt * 3 / 4).max(MIN_RETRANSMIT_INTERVAL);
        if kept.packet.header.sequence_number != sequence
            || kept.retransmissions >= MAX_RETRANSMISSIONS
            || now.saturating_duration_since(kept.sent) < interval
        {
            return None;
        }
        kept.sent = now;
        kept.retransmissions += 1;
        let packet = &kept.packet;
        Some(match &mut self.rtx {
            Some(rtx) => rtx.wrap(packet),
            None => packet.clone(),
        })
    }

    /// A second copy of what was just retransmitted: for the second retransmission at a high RTT, since a third would
    /// come far too late.
    pub(crate) fn duplicate(&mut self, sequence: u16, rtt: Duration) -> Option<Packet> {
        let kept = self.history.get(place(sequence))?.as_ref()?;
        let rtx = self.rtx.as_mut()?;
        (kept.retransmissions == 2 && rtt >= HIGH_RTT).then(|| rtx.wrap(&kept.packet))
    }

    /// `None` while nothing was sent.
    pub(crate) fn sender_report(&self, now: Instant, ntp: u64) -> Option<SenderReport> {
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
    usize::from(sequence) % HISTORY
}
