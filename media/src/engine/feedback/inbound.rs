//! One incoming stream: which packets to NACK, and its block in a receiver report.

use super::{HIGH_RTT, has_nack};
use crate::rtp::{Jitter, sequence::extend};
use rtc::{interceptor::StreamInfo, rtcp::reception_report::ReceptionReport};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long a missing packet may still arrive out of order before the first NACK: this long at least, longer where
/// packets are seen to be reordered by more …
const REORDER_GRACE: Duration = Duration::from_millis(10);
/// … up to this.
const MAX_REORDER_GRACE: Duration = Duration::from_millis(80);
/// Least wait from one NACK for a packet to the next; after the last it is given up.
const NACK_BACKOFF: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
];
/// A NACK is repeated no earlier than this after an RTT: a retransmission on its way must be able to arrive.
const NACK_RTT_MARGIN: Duration = Duration::from_millis(20);
/// From [`HIGH_RTT`] on each NACK goes out twice, this far apart: a lost NACK would cost a whole RTT. The peer
/// retransmits once, since it retransmits nothing again within an RTT.
const NACK_DUPLICATE_DELAY: Duration = Duration::from_millis(20);
/// No NACK is sent for a longer gap: a key frame is cheaper.
const MAX_GAP: u64 = 256;
/// Missing packets remembered per stream; the oldest are given up first.
const MAX_MISSING: usize = 512;

#[derive(Clone, Copy)]
struct Missing {
    since: Instant,
    /// NACKs sent, without duplicates.
    nacks: usize,
    /// The duplicate of the last NACK is still to be sent.
    duplicate_due: bool,
    first_nack: Option<Instant>,
    /// When the next NACK is due.
    due: Instant,
}

impl Missing {
    /// A NACK is sent now; `false` when it was the last.
    fn nack(&mut self, now: Instant, rtt: Duration) -> bool {
        self.first_nack.get_or_insert(now);
        self.duplicate_due = !self.duplicate_due && rtt >= HIGH_RTT;
        if self.duplicate_due {
            self.due = now + NACK_DUPLICATE_DELAY;
            return true;
        }
        let backoff = NACK_BACKOFF.get(self.nacks);
        self.nacks += 1;
        if let Some(backoff) = backoff {
            self.due = now + (*backoff).max(rtt + NACK_RTT_MARGIN);
        }
        backoff.is_some()
    }
}

/// State of one incoming stream.
pub(super) struct InboundStream {
    pub ssrc: u32,
    nackable: bool,
    /// First and highest extended sequence number; none before the first packet.
    span: Option<(u64, u64)>,
    missing: BTreeMap<u64, Missing>,
    /// By how much packets were reordered lately.
    reordering: Duration,
    received: u64,
    /// Expected and received at the last report.
    at_last_report: (u64, u64),
    jitter: Jitter,
    /// Middle 32 bits of the NTP time in the peer's last sender report, and when it came.
    last_sender_report: Option<(u32, Instant)>,
}

impl InboundStream {
    pub(crate) fn new(info: &StreamInfo) -> Self {
        Self {
            ssrc: info.ssrc,
            nackable: has_nack(info),
            span: None,
            missing: BTreeMap::new(),
            reordering: Duration::ZERO,
            received: 0,
            at_last_report: (0, 0),
            jitter: Jitter::new(info.clock_rate),
            last_sender_report: None,
        }
    }

    /// A packet came on the stream itself.
    pub(crate) fn received(&mut self, now: Instant, sequence: u16, timestamp: u32) {
        self.received += 1;
        self.jitter.arrived(now, timestamp);
        let Some((first, highest)) = self.span else {
            let number = u64::from(sequence) + (1 << 16);
            self.span = Some((number, number));
            return;
        };
        let extended = extend(highest, sequence);
        if extended <= highest {
            if let Some(missing) = self.missing.remove(&extended) {
                let late = now.saturating_duration_since(missing.since);
                self.reordering = self.reordering.max(late);
            }
            return;
        }
        self.span = Some((first, extended));
        if !self.nackable {
            return;
        }
        if extended - highest - 1 > MAX_GAP {
            self.missing.clear();
            return;
        }
        let grace = (self.reordering * 5 / 4).clamp(REORDER_GRACE, MAX_REORDER_GRACE);
        for lost in highest + 1..extended {
            let missing = Missing {
                since: now,
                nacks: 0,
                duplicate_due: false,
                first_nack: None,
                due: now + grace,
            };
            self.missing.insert(lost, missing);
        }
        while self.missing.len() > MAX_MISSING {
            self.missing.pop_first();
        }
    }

    /// A packet came on the RTX stream. It is missing no longer, but does not count as received in reports: those are
    /// about the network, which did lose it. Answers how long ago the first NACK was, and whether it was the only one.
    pub(crate) fn retransmitted(
        &mut self,
        now: Instant,
        sequence: u16,
    ) -> Option<(Duration, bool)> {
        let (_, highest) = self.span?;
        let missing = self.missing.remove(&extend(highest, sequence))?;
        let passed = now.saturating_duration_since(missing.first_nack?);
        Some((passed, missing.nacks <= 1))
    }

    /// The peer's sender report came.
    pub(crate) fn sender_report(&mut self, now: Instant, ntp: u64) {
        let middle = u32::try_from((ntp >> 16) & 0xffff_ffff).unwrap_or_default();
        self.last_sender_report = Some((middle, now));
    }

    /// When [`Self::due_nacks`] will have something.
    pub(crate) fn next_nack(&self) -> Option<Instant> {
        self.missing.values().map(|missing| missing.due).min()
    }

    /// Sequence numbers to NACK now.
    pub(crate) fn due_nacks(&mut self, now: Instant, rtt: Duration) -> Vec<u16> {
        let mut due = Vec::new();
        self.missing.retain(|sequence, missing| {
            if missing.due > now {
                return true;
            }
            due.push(low(*sequence));
            missing.nack(now, rtt)
        });
        due
    }

    /// Its block in a receiver report (RFC 3550, section 6.4.1); `None` when nothing has come yet.
    pub(crate) fn report_block(&mut self, now: Instant) -> Option<ReceptionReport> {
        let (first, highest) = self.span?;
        self.reordering = self.reordering * 7 / 8;
        let expected = highest - first + 1;
        let (expected_before, received_before) =
            std::mem::replace(&mut self.at_last_report, (expected, self.received));
        let expected_now = expected - expected_before;
        let lost_now = expected_now.saturating_sub(self.received - received_before);
        let fraction = (lost_now * 256).checked_div(expected_now).unwrap_or(0);
        let (last_sender_report, delay) = self.last_sender_report.map_or((0, 0), |(middle, at)| {
            let passed = now.saturating_duration_since(at).as_micros() * 65_536 / 1_000_000;
            (middle, u32::try_from(passed).unwrap_or(u32::MAX))
        });
        Some(ReceptionReport {
            ssrc: self.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            // 24 bits on the wire.
            total_lost: u32::try_from(expected.saturating_sub(self.received).min(0x7f_ffff))
                .unwrap_or_default(),
            // The numbering began one wrap up.
            last_sequence_number: u32::try_from((highest - (1 << 16)) & 0xffff_ffff)
                .unwrap_or_default(),
            jitter: self.jitter.in_ticks(),
            last_sender_report,
            delay,
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the wire's sequence number is the low half"
)]
fn low(sequence: u64) -> u16 {
    sequence as u16
}
