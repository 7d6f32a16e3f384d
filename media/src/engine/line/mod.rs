//! What a connection does about its own packets: asks again for what was lost, resends what the peer lost,
//! reports what came and what went. One part instead of the library's six interceptors, since each costs every packet
//! its share, and since these know the way's round trip.
//!
//! - `arrivals`: an incoming stream: what is missing, what is reported
//! - `sent`: an outgoing stream: what can be sent again, what is reported

mod arrivals;
mod sent;

use arrivals::Arrivals;
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
use sent::Sent;
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// From one report to the next.
const REPORTS: Duration = Duration::from_secs(1);
/// Streams watched per connection and direction: more than any offer that is accepted declares.
const MAX_STREAMS: usize = 16;
/// Taken for the round trip until a repair or a report says it.
const FIRST_GUESS: Duration = Duration::from_millis(100);
/// No round trip is longer; a report that claims it is not believed.
const LONGEST_TRIP: Duration = Duration::from_secs(10);
/// Where what is lost once more costs this much, the line spends a little to make that rare.
const LONG_TRIP: Duration = Duration::from_millis(100);
/// Seconds between the NTP epoch and a moment before any connection: only differences between our own times count.
const NTP_BASE: u64 = 0x8000_0000;

/// What the upkeep tells its engine.
#[derive(Default)]
pub(super) struct Told {
    /// A packet passed SRTP's authentication: proof that the peer is alive.
    pub heard: AtomicBool,
    /// A timer was set that is sooner than those before.
    pub sooner: AtomicBool,
    /// Packets sent again.
    pub resent: AtomicU64,
    /// Packets asked for again.
    pub asked: AtomicU64,
    /// The newest round trip in microseconds; 0 before the first.
    round_trip: AtomicU64,
}

impl Told {
    /// The newest round trip, as a report told it.
    pub fn round_trip(&self) -> Option<Duration> {
        let micros = self.round_trip.load(Ordering::Relaxed);
        (micros > 0).then(|| Duration::from_micros(micros))
    }
}

/// The upkeep of one connection's streams.
pub(super) struct Upkeep {
    told: Arc<Told>,
    begun: Instant,
    /// As reports say.
    round_trip: Option<Duration>,
    /// As repairs say, for the seconds that reports take.
    guess: Duration,
    incoming: Vec<Arrivals>,
    outgoing: Vec<Sent>,
    /// Streams that repair others: (repair, primary).
    repairs: Vec<(u32, u32)>,
    next_report: Option<Instant>,
    next_ask: Option<Instant>,
    write: VecDeque<Packet>,
}

impl Upkeep {
    pub fn new(begun: Instant, told: Arc<Told>) -> Self {
        Self {
            told,
            begun,
            round_trip: None,
            guess: FIRST_GUESS,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            repairs: Vec::new(),
            next_report: None,
            next_ask: None,
            write: VecDeque::new(),
        }
    }

    /// A stream that goes out.
    pub fn bind_outgoing(&mut self, info: &StreamInfo) {
        let known = self.outgoing.iter().any(|sent| sent.ssrc == info.ssrc);
        let repair = self.outgoing.iter().any(|sent| sent.repairs_on(info.ssrc));
        if !known && !repair && self.outgoing.len() < MAX_STREAMS {
            self.outgoing.push(Sent::new(info));
        }
    }

    /// A stream that may come.
    pub fn bind_incoming(&mut self, info: &StreamInfo) {
        let known = self.incoming.iter().any(|it| it.ssrc == info.ssrc);
        let repair = self.repairs.iter().any(|(rtx, _)| *rtx == info.ssrc);
        if known || repair || self.incoming.len() >= MAX_STREAMS {
            return;
        }
        self.incoming.push(Arrivals::new(info));
        if let Some(rtx) = info.ssrc_rtx {
            self.repairs.push((rtx, info.ssrc));
        }
    }

    /// The next packet that is to be sent: one again, or a report.
    pub fn poll_write(&mut self) -> Option<Packet> {
        self.write.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_ask.into_iter().chain(self.next_report).min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        if self.next_ask.is_some_and(|next| next <= now) {
            self.ask(now);
        }
        if self.next_report.is_some_and(|next| next <= now) {
            self.next_report = Some(now + REPORTS);
            self.report(now);
        }
    }

    fn round_trip(&self) -> Duration {
        self.round_trip.unwrap_or(self.guess)
    }

    /// The moment as reports write it: seconds in the upper half, their fraction in the lower.
    fn ntp(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.begun);
        let fraction = (u64::from(passed.subsec_nanos()) << 32) / 1_000_000_000;
        ((NTP_BASE + passed.as_secs()) << 32) | fraction
    }

    /// A packet of media came.
    pub fn came(&mut self, now: Instant, packet: &rtp::Packet) {
        self.told.heard.store(true, Ordering::Relaxed);
        self.next_report.get_or_insert(now + REPORTS);
        let header = &packet.header;
        let repair = self.repairs.iter().find(|(rtx, _)| *rtx == header.ssrc);
        let (ssrc, sequence) = match (repair, packet.payload.as_ref()) {
            // RFC 4588: a retransmission's payload begins with the original sequence number.
            (Some((_, primary)), [high, low, ..]) => (*primary, u16::from_be_bytes([*high, *low])),
            (Some(_), _) => return,
            (None, _) => (header.ssrc, header.sequence_number),
        };
        let repaired = repair.is_some();
        let Some(arrivals) = self.incoming.iter_mut().find(|it| it.ssrc == ssrc) else {
            return;
        };
        if repaired {
            // What was asked for more often may answer any of the requests: it only says that the way may be longer.
            if let Some((passed, once)) = arrivals.repaired(now, sequence) {
                let passed = passed.min(LONGEST_TRIP);
                self.guess = if once {
                    (self.guess + passed) / 2
                } else {
                    self.guess.max(passed)
                };
            }
        } else {
            arrivals.arrived(now, sequence, header.timestamp);
        }
        if let Some(due) = arrivals.next()
            && self.next_ask.is_none_or(|next| next > due)
        {
            self.next_ask = Some(due);
            self.told.sooner.store(true, Ordering::Relaxed);
        }
    }

    /// A packet of media goes out for the first time: it is kept, and stamped.
    pub fn goes(&mut self, now: Instant, packet: &mut rtp::Packet) {
        let ssrc = packet.header.ssrc;
        let Some(at) = self.outgoing.iter().position(|it| it.ssrc == ssrc) else {
            return;
        };
        if self.next_report.is_none() {
            self.next_report = Some(now + REPORTS);
            self.told.sooner.store(true, Ordering::Relaxed);
        }
        self.outgoing[at].keep(now, packet);
        if self.outgoing[at].is_stamped() {
            let ntp = self.ntp(now);
            self.outgoing[at].stamp(packet, ntp);
        }
    }

    /// A part of a packet of control came.
    pub fn control(&mut self, now: Instant, part: &dyn rtc::rtcp::Packet) {
        self.told.heard.store(true, Ordering::Relaxed);
        let any = part.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            if let Some(arrivals) = self.incoming.iter_mut().find(|it| it.ssrc == report.ssrc) {
                arrivals.reported(now, report.ntp_time);
            }
            self.learn(now, &report.reports);
        } else if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            self.learn(now, &report.reports);
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            self.resend(now, nack);
        }
    }

    /// The round trip from the peer's reports about our streams (RFC 3550, section 6.4.1).
    fn learn(&mut self, now: Instant, blocks: &[ReceptionReport]) {
        let middle = |ntp: u64| u32::try_from((ntp >> 16) & 0xffff_ffff).unwrap_or_default();
        let now = middle(self.ntp(now));
        for block in blocks.iter().filter(|block| block.last_sender_report != 0) {
            let ticks = now
                .wrapping_sub(block.last_sender_report)
                .wrapping_sub(block.delay);
            let measured = Duration::from_micros(u64::from(ticks) * 1_000_000 / 65_536);
            if measured > LONGEST_TRIP {
                continue;
            }
            let micros = u64::try_from(measured.as_micros()).unwrap_or(u64::MAX);
            self.told.round_trip.store(micros.max(1), Ordering::Relaxed);
            let before = self.round_trip.unwrap_or(measured);
            self.round_trip = Some((before * 7 + measured) / 8);
        }
    }

    fn resend(&mut self, now: Instant, nack: &TransportLayerNack) {
        let round_trip = self.round_trip();
        let ntp = self.ntp(now);
        let Some(sent) = self
            .outgoing
            .iter_mut()
            .find(|it| it.ssrc == nack.media_ssrc)
        else {
            return;
        };
        let mut resent = 0;
        for pair in &nack.nacks {
            let mask = u32::from(pair.lost_packets);
            let wanted = (0..16).filter(|bit| mask >> bit & 1 == 1);
            let wanted = wanted.map(|bit| pair.packet_id.wrapping_add(bit + 1));
            for sequence in std::iter::once(pair.packet_id).chain(wanted) {
                let packet = sent.again(now, sequence, round_trip);
                let copy = packet
                    .as_ref()
                    .and_then(|_| sent.copy(sequence, round_trip));
                for mut packet in packet.into_iter().chain(copy) {
                    resent += 1;
                    sent.stamp(&mut packet, ntp);
                    self.write.push_back(Packet::Rtp(packet));
                }
            }
        }
        self.told.resent.fetch_add(resent, Ordering::Relaxed);
    }

    fn ask(&mut self, now: Instant) {
        let round_trip = self.round_trip();
        for at in 0..self.incoming.len() {
            let arrivals = &mut self.incoming[at];
            let wanted = arrivals.due(now, round_trip);
            if wanted.is_empty() {
                continue;
            }
            self.told
                .asked
                .fetch_add(wanted.len() as u64, Ordering::Relaxed);
            let nack = TransportLayerNack {
                sender_ssrc: 0,
                media_ssrc: arrivals.ssrc,
                nacks: nack_pairs_from_sequence_numbers(&wanted),
            };
            self.write.push_back(Packet::Rtcp(vec![Box::new(nack)]));
        }
        self.next_ask = self.incoming.iter().filter_map(Arrivals::next).min();
    }

    /// All reports in one datagram: each sender report carries nothing but its stream, the last packet has the
    /// blocks of what came.
    fn report(&mut self, now: Instant) {
        let ntp = self.ntp(now);
        let mut parts: Vec<Box<dyn rtc::rtcp::Packet>> = Vec::new();
        for sent in &self.outgoing {
            if let Some(report) = sent.report(now, ntp) {
                parts.push(Box::new(report));
            }
        }
        let blocks: Vec<_> = self
            .incoming
            .iter_mut()
            .filter_map(|arrivals| arrivals.report(now))
            .collect();
        if !blocks.is_empty() {
            parts.push(Box::new(ReceiverReport {
                ssrc: self.outgoing.first().map_or(0, |sent| sent.ssrc),
                reports: blocks,
                ..ReceiverReport::default()
            }));
        }
        if !parts.is_empty() {
            self.write.push_back(Packet::Rtcp(parts));
        }
    }
}

/// Whether the peer can ask for (or be asked for) single packets of a stream again.
fn repairable(info: &StreamInfo) -> bool {
    info.rtcp_feedback
        .iter()
        .any(|feedback| feedback.typ == "nack" && feedback.parameter.is_empty())
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
