//! RTCP feedback and retransmission of one connection: NACKs for what was lost on the way to us, RTX for what the peer
//! lost, sender and receiver reports. One part instead of the library's six interceptors: each of those costs every
//! packet its share, and none of them knows the RTT.
//!
//! - `inbound`: an incoming stream: what to NACK, its report block
//! - `outbound`: an outgoing stream: its packets kept for retransmission, its sender report

mod inbound;
mod outbound;

use inbound::InboundStream;
use outbound::OutboundStream;
use rtc::{
    interceptor::{Packet, StreamInfo},
    rtcp::{
        receiver_report::ReceiverReport,
        reception_report::ReceptionReport,
        sender_report::SenderReport,
        transport_feedbacks::transport_layer_nack::{
            TransportLayerNack, nack_pairs_from_sequence_numbers,
        },
    },
    rtp,
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// From one sender or receiver report to the next.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
/// Streams per connection and direction: more than any offer that is accepted declares.
const MAX_STREAMS: usize = 16;
/// The RTT that is assumed until a retransmission or a report tells it.
const INITIAL_RTT: Duration = Duration::from_millis(100);
/// A report that claims a longer RTT is not believed.
const MAX_RTT: Duration = Duration::from_secs(10);
/// From this RTT on a second loss of the same packet delays its picture noticeably: NACKs and late retransmissions then
/// go out twice.
const HIGH_RTT: Duration = Duration::from_millis(100);
/// Seconds between the NTP epoch and a moment before any connection: only differences between our own times count.
const NTP_BASE: u64 = 0x8000_0000;

/// NACK and RTX counters of one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedbackStats {
    /// Packets that were retransmitted because the peer sent a NACK.
    pub retransmitted: u64,
    /// Packets for which we sent a NACK.
    pub nacked: u64,
}

impl std::ops::AddAssign for FeedbackStats {
    fn add_assign(&mut self, other: Self) {
        self.retransmitted += other.retransmitted;
        self.nacked += other.nacked;
    }
}

/// Feedback of one connection's streams.
pub(super) struct RtpFeedback {
    stats: FeedbackStats,
    /// Something authenticated came since [`Self::take_heard`].
    heard: bool,
    /// A timer was set that is earlier than those before, since [`Self::take_timer_moved`].
    timer_moved: bool,
    started: Instant,
    /// Newest RTT, from a report block.
    newest_rtt: Option<Duration>,
    /// Smoothed RTT, from report blocks.
    smoothed_rtt: Option<Duration>,
    /// RTT estimated from retransmissions, for the seconds until the first report.
    estimated_rtt: Duration,
    inbound: Vec<InboundStream>,
    outbound: Vec<OutboundStream>,
    /// RTX streams: (SSRC, SSRC of the stream that it repairs).
    rtx: Vec<(u32, u32)>,
    next_report: Option<Instant>,
    next_nack: Option<Instant>,
    queue: VecDeque<Packet>,
}

impl RtpFeedback {
    pub(crate) fn new(started: Instant) -> Self {
        Self {
            stats: FeedbackStats::default(),
            heard: false,
            timer_moved: false,
            started,
            newest_rtt: None,
            smoothed_rtt: None,
            estimated_rtt: INITIAL_RTT,
            inbound: Vec::new(),
            outbound: Vec::new(),
            rtx: Vec::new(),
            next_report: None,
            next_nack: None,
            queue: VecDeque::new(),
        }
    }

    pub(crate) const fn stats(&self) -> FeedbackStats {
        self.stats
    }

    /// Whether anything authenticated came since the last call: proof that the peer is alive.
    pub(crate) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// Whether [`Self::poll_timeout`] may have become earlier since the last call.
    pub(crate) fn take_timer_moved(&mut self) -> bool {
        std::mem::take(&mut self.timer_moved)
    }

    /// The newest RTT that a report block told.
    pub(crate) const fn newest_rtt(&self) -> Option<Duration> {
        self.newest_rtt
    }

    /// A stream that goes out.
    pub(crate) fn bind_outgoing(&mut self, info: &StreamInfo) {
        let known = self.outbound.iter().any(|it| it.ssrc == info.ssrc);
        let rtx = self.outbound.iter().any(|it| it.has_rtx(info.ssrc));
        if !known && !rtx && self.outbound.len() < MAX_STREAMS {
            self.outbound.push(OutboundStream::new(info));
        }
    }

    /// A stream that may come.
    pub(crate) fn bind_incoming(&mut self, info: &StreamInfo) {
        let known = self.inbound.iter().any(|it| it.ssrc == info.ssrc);
        let is_rtx = self.rtx.iter().any(|(rtx, _)| *rtx == info.ssrc);
        if known || is_rtx || self.inbound.len() >= MAX_STREAMS {
            return;
        }
        self.inbound.push(InboundStream::new(info));
        if let Some(rtx) = info.ssrc_rtx {
            self.rtx.push((rtx, info.ssrc));
        }
    }

    /// The next packet to send: a retransmission or RTCP.
    pub(crate) fn poll_write(&mut self) -> Option<Packet> {
        self.queue.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.next_nack.into_iter().chain(self.next_report).min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.next_nack.is_some_and(|next| next <= now) {
            self.send_nacks(now);
        }
        if self.next_report.is_some_and(|next| next <= now) {
            self.next_report = Some(now + REPORT_INTERVAL);
            self.send_reports(now);
        }
    }

    fn rtt(&self) -> Duration {
        self.smoothed_rtt.unwrap_or(self.estimated_rtt)
    }

    /// The moment as a 64-bit NTP timestamp: seconds in the upper half, their fraction in the lower.
    fn ntp(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.started);
        let fraction = (u64::from(passed.subsec_nanos()) << 32) / 1_000_000_000;
        ((NTP_BASE + passed.as_secs()) << 32) | fraction
    }

    /// An RTP packet came.
    pub(crate) fn received(&mut self, now: Instant, packet: &rtp::Packet) {
        self.heard = true;
        self.next_report.get_or_insert(now + REPORT_INTERVAL);
        let header = &packet.header;
        let repairs = self.rtx.iter().find(|(rtx, _)| *rtx == header.ssrc);
        let (ssrc, sequence) = match (repairs, packet.payload.as_ref()) {
            // RFC 4588: a retransmission's payload begins with the original sequence number.
            (Some((_, primary)), [high, low, ..]) => (*primary, u16::from_be_bytes([*high, *low])),
            (Some(_), _) => return,
            (None, _) => (header.ssrc, header.sequence_number),
        };
        let retransmitted = repairs.is_some();
        let Some(stream) = self.inbound.iter_mut().find(|it| it.ssrc == ssrc) else {
            return;
        };
        if retransmitted {
            // After several NACKs it may answer any of them: that only tells that the RTT may be longer.
            if let Some((passed, nacked_once)) = stream.retransmitted(now, sequence) {
                let passed = passed.min(MAX_RTT);
                self.estimated_rtt = if nacked_once {
                    (self.estimated_rtt + passed) / 2
                } else {
                    self.estimated_rtt.max(passed)
                };
            }
        } else {
            stream.received(now, sequence, header.timestamp);
        }
        if let Some(due) = stream.next_nack()
            && self.next_nack.is_none_or(|next| next > due)
        {
            self.next_nack = Some(due);
            self.timer_moved = true;
        }
    }

    /// An RTP packet goes out for the first time: it is kept for retransmission, and gets its time of sending.
    pub(crate) fn sending(&mut self, now: Instant, packet: &mut rtp::Packet) {
        let ssrc = packet.header.ssrc;
        let Some(at) = self.outbound.iter().position(|it| it.ssrc == ssrc) else {
            return;
        };
        if self.next_report.is_none() {
            self.next_report = Some(now + REPORT_INTERVAL);
            self.timer_moved = true;
        }
        self.outbound[at].keep(now, packet);
        if self.outbound[at].has_abs_send_time() {
            let ntp = self.ntp(now);
            self.outbound[at].set_abs_send_time(packet, ntp);
        }
    }

    /// One packet of a compound RTCP packet came.
    pub(crate) fn received_rtcp(&mut self, now: Instant, part: &dyn rtc::rtcp::Packet) {
        self.heard = true;
        let any = part.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            if let Some(stream) = self.inbound.iter_mut().find(|it| it.ssrc == report.ssrc) {
                stream.sender_report(now, report.ntp_time);
            }
            self.measure_rtt(now, &report.reports);
        } else if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            self.measure_rtt(now, &report.reports);
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            self.retransmit(now, nack);
        }
    }

    /// The RTT from the peer's report blocks about our streams (RFC 3550, section 6.4.1).
    fn measure_rtt(&mut self, now: Instant, blocks: &[ReceptionReport]) {
        let middle = |ntp: u64| u32::try_from((ntp >> 16) & 0xffff_ffff).unwrap_or_default();
        let now = middle(self.ntp(now));
        for block in blocks.iter().filter(|block| block.last_sender_report != 0) {
            let ticks = now
                .wrapping_sub(block.last_sender_report)
                .wrapping_sub(block.delay);
            let measured = Duration::from_micros(u64::from(ticks) * 1_000_000 / 65_536);
            if measured > MAX_RTT {
                continue;
            }
            // On a loopback it may be shorter than a tick.
            self.newest_rtt = Some(measured.max(Duration::from_micros(1)));
            let before = self.smoothed_rtt.unwrap_or(measured);
            self.smoothed_rtt = Some((before * 7 + measured) / 8);
        }
    }

    fn retransmit(&mut self, now: Instant, nack: &TransportLayerNack) {
        let rtt = self.rtt();
        let ntp = self.ntp(now);
        let Some(stream) = self
            .outbound
            .iter_mut()
            .find(|it| it.ssrc == nack.media_ssrc)
        else {
            return;
        };
        for pair in &nack.nacks {
            let mask = u32::from(pair.lost_packets);
            let wanted = (0..16).filter(|bit| mask >> bit & 1 == 1);
            let wanted = wanted.map(|bit| pair.packet_id.wrapping_add(bit + 1));
            for sequence in std::iter::once(pair.packet_id).chain(wanted) {
                let packet = stream.retransmit(now, sequence, rtt);
                let duplicate = packet
                    .as_ref()
                    .and_then(|_| stream.duplicate(sequence, rtt));
                for mut packet in packet.into_iter().chain(duplicate) {
                    self.stats.retransmitted += 1;
                    stream.set_abs_send_time(&mut packet, ntp);
                    self.queue.push_back(Packet::Rtp(packet));
                }
            }
        }
    }

    fn send_nacks(&mut self, now: Instant) {
        let rtt = self.rtt();
        for stream in &mut self.inbound {
            let missing = stream.due_nacks(now, rtt);
            if missing.is_empty() {
                continue;
            }
            self.stats.nacked += missing.len() as u64;
            let nack = TransportLayerNack {
                sender_ssrc: 0,
                media_ssrc: stream.ssrc,
                nacks: nack_pairs_from_sequence_numbers(&missing),
            };
            self.queue.push_back(Packet::Rtcp(vec![Box::new(nack)]));
        }
        self.next_nack = self
            .inbound
            .iter()
            .filter_map(InboundStream::next_nack)
            .min();
    }

    /// All reports in one compound packet: sender reports without blocks, then one receiver report with all blocks.
    fn send_reports(&mut self, now: Instant) {
        let ntp = self.ntp(now);
        let mut parts: Vec<Box<dyn rtc::rtcp::Packet>> = Vec::new();
        for stream in &self.outbound {
            if let Some(report) = stream.sender_report(now, ntp) {
                parts.push(Box::new(report));
            }
        }
        let blocks: Vec<_> = self
            .inbound
            .iter_mut()
            .filter_map(|stream| stream.report_block(now))
            .collect();
        if !blocks.is_empty() {
            parts.push(Box::new(ReceiverReport {
                ssrc: self.outbound.first().map_or(0, |stream| stream.ssrc),
                reports: blocks,
                ..ReceiverReport::default()
            }));
        }
        if !parts.is_empty() {
            self.queue.push_back(Packet::Rtcp(parts));
        }
    }
}

/// Whether generic NACK was negotiated for a stream (RFC 4585, section 4.2).
fn has_nack(info: &StreamInfo) -> bool {
    info.rtcp_feedback
        .iter()
        .any(|feedback| feedback.typ == "nack" && feedback.parameter.is_empty())
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
