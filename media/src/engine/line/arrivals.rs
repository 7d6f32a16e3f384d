//! One incoming stream: which packets to ask for again, and the report on what came.

use super::{LONG_TRIP, repairable};
use crate::rtp::{Jitter, sequence::extend};
use rtc::{interceptor::StreamInfo, rtcp::reception_report::ReceptionReport};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The first wait lets packets that merely overtook each other arrive: this long at least, longer on a way where they
/// are seen to overtake each other by more …
const FIRST: Duration = Duration::from_millis(10);
/// … up to this.
const FIRST_AT_MOST: Duration = Duration::from_millis(80);
/// What is waited at least from one request to the next …
const BETWEEN: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
];
/// … and never less than the round trip with this much to spare: what was asked for must have had its chance.
const SPARE: Duration = Duration::from_millis(20);
/// On a long way a request goes out twice, this far apart. A sender answers it once: it sends nothing again within a
/// round trip.
const ECHO: Duration = Duration::from_millis(20);
/// A longer hole is not worth repairing: a key frame is cheaper.
const MAX_HOLE: u64 = 256;
/// Missing packets remembered per stream; the oldest are given up first.
const MAX_MISSING: usize = 512;

#[derive(Clone, Copy)]
struct Missing {
    since: Instant,
    asked: usize,
    /// The last request is to go out once more.
    echo: bool,
    /// When it was asked for first.
    first_asked: Option<Instant>,
    due: Instant,
}

impl Missing {
    /// Takes note of a request; `false` when it was the last.
    fn ask(&mut self, now: Instant, round_trip: Duration) -> bool {
        self.first_asked.get_or_insert(now);
        self.echo = !self.echo && round_trip >= LONG_TRIP;
        if self.echo {
            self.due = now + ECHO;
            return true;
        }
        let wait = BETWEEN.get(self.asked);
        self.asked += 1;
        if let Some(wait) = wait {
            self.due = now + (*wait).max(round_trip + SPARE);
        }
        wait.is_some()
    }
}

/// One stream's arrivals.
pub(super) struct Arrivals {
    pub ssrc: u32,
    repairable: bool,
    /// First and highest extended number; none before the first packet.
    span: Option<(u64, u64)>,
    missing: BTreeMap<u64, Missing>,
    /// How much later than its successors a packet came, of late.
    overtaken: Duration,
    received: u64,
    /// Expected and received at the last report.
    before: (u64, u64),
    jitter: Jitter,
    /// The middle of the peer's last sender report, and when it came.
    reported: Option<(u32, Instant)>,
}

impl Arrivals {
    pub fn new(info: &StreamInfo) -> Self {
        Self {
            ssrc: info.ssrc,
            repairable: repairable(info),
            span: None,
            missing: BTreeMap::new(),
            overtaken: Duration::ZERO,
            received: 0,
            before: (0, 0),
            jitter: Jitter::new(info.clock_rate),
            reported: None,
        }
    }

    /// A packet came on its own stream.
    pub fn arrived(&mut self, now: Instant, sequence: u16, timestamp: u32) {
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
                self.overtaken = self.overtaken.max(late);
            }
            return;
        }
        self.span = Some((first, extended));
        if !self.repairable {
            return;
        }
        if extended - highest - 1 > MAX_HOLE {
            self.missing.clear();
            return;
        }
        for lost in highest + 1..extended {
            let missing = Missing {
                since: now,
                asked: 0,
                echo: false,
                first_asked: None,
                due: now + (self.overtaken * 5 / 4).clamp(FIRST, FIRST_AT_MOST),
            };
            self.missing.insert(lost, missing);
        }
        while self.missing.len() > MAX_MISSING {
            self.missing.pop_first();
        }
    }

    /// A packet came on the repair stream. It counts as an arrival, or it would be asked for over and over, but not
    /// in the report: that is about the way, which did lose it. Answers how long ago it was first asked for, and
    /// whether it was asked for once.
    pub fn repaired(&mut self, now: Instant, sequence: u16) -> Option<(Duration, bool)> {
        let (_, highest) = self.span?;
        let missing = self.missing.remove(&extend(highest, sequence))?;
        let passed = now.saturating_duration_since(missing.first_asked?);
        Some((passed, missing.asked <= 1))
    }

    /// The peer's sender report came.
    pub fn reported(&mut self, now: Instant, ntp: u64) {
        let middle = u32::try_from((ntp >> 16) & 0xffff_ffff).unwrap_or_default();
        self.reported = Some((middle, now));
    }

    /// When [`Self::due`] will have something.
    pub fn next(&self) -> Option<Instant> {
        self.missing.values().map(|missing| missing.due).min()
    }

    /// Sequence numbers to ask for now.
    pub fn due(&mut self, now: Instant, round_trip: Duration) -> Vec<u16> {
        let mut wanted = Vec::new();
        self.missing.retain(|sequence, missing| {
            if missing.due > now {
                return true;
            }
            wanted.push(low(*sequence));
            missing.ask(now, round_trip)
        });
        wanted
    }

    /// The block of a report, `None` when nothing has come yet.
    pub fn report(&mut self, now: Instant) -> Option<ReceptionReport> {
        let (first, highest) = self.span?;
        self.overtaken = self.overtaken * 7 / 8;
        let expected = highest - first + 1;
        let (expected_before, received_before) =
            std::mem::replace(&mut self.before, (expected, self.received));
        let expected_now = expected - expected_before;
        let lost_now = expected_now.saturating_sub(self.received - received_before);
        let fraction = (lost_now * 256).checked_div(expected_now).unwrap_or(0);
        let (last_sender_report, delay) = self.reported.map_or((0, 0), |(middle, at)| {
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
