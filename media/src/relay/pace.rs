//! How much a viewer's way can carry, judged by the loss that it reports and by its own estimate. Its publishers
//! are told, since nothing else tells them about the way behind the relay. Sound goes before picture: a way that
//! cannot carry the least of both carries sound alone for a while.

use super::{losses::Losses, trips::Trips};
use crate::rtp::LossReport;
use std::time::{Duration, Instant};

/// How often a judgement is made and told.
pub const INTERVAL: Duration = Duration::from_secs(1);
/// Bits per second: sound and a small picture.
pub const FLOOR: u64 = 150_000;
/// Bits per second: a sharp screen and a face.
pub const CEILING: u64 = 6_000_000;
/// Lost parts of 256, as receiver reports count them: above a tenth twice in a row the way is too full (chance alone
/// loses a tenth of a second's packets now and then) …
const TOO_MUCH: u8 = 26;
/// … and below a fiftieth it may take more. Between, repair copes, and the viewer's estimate alone widens: a way may
/// lose packets however little goes over it.
const LITTLE: u8 = 5;
/// Publishers that send up to this many hundredths of what they were asked for keep to it.
const KEPT: u64 = 110;
/// Judgements for which a long way that lost some counts as one that loses some: by chance a second loses nothing.
const REMEMBERED: u8 = 10;
/// Headers below the payload: IP, UDP, RTP and SRTP's tag.
const OVERHEAD: u64 = 50;
/// So many judgements in a row find too much lost although the publishers were asked for the least: then pictures
/// are kept back …
const PATIENCE: u8 = 4;
/// … for so many judgements.
const REST: u8 = 10;

/// One viewer's way.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    cap: u64,
    sent: u64,
    since: Instant,
    losses: Losses,
    trips: Trips,
    /// What was lost before the last judgement that knew it.
    lost_before: u8,
    /// The viewer's newest estimate.
    estimate: Option<u64>,
    /// The lowest to which it fell since the last judgement.
    fell: Option<u64>,
    starved: u8,
    resting: u8,
    /// Judgements for which repairs count as slow.
    slow: u8,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self {
            cap: CEILING,
            sent: 0,
            since: now,
            losses: Losses::default(),
            trips: Trips::default(),
            lost_before: 0,
            estimate: None,
            fell: None,
            starved: 0,
            resting: 0,
            slow: 0,
        }
    }

    /// A packet with so many bytes of payload went to the viewer.
    pub fn sent(&mut self, payload: usize) {
        self.sent += payload as u64 + OVERHEAD;
    }

    /// The viewer reports what did not come.
    pub fn lost(&mut self, report: LossReport) {
        self.losses.take(report);
        if let Some(trip) = report.rtt {
            self.trips.take(trip);
        }
    }

    /// The viewer estimates that its way carries so many bits per second. An estimate cannot know much more than
    /// what is sent, so a low one means little; one that falls means that packets begin to queue, if the round trip
    /// grew too: over a way that loses packets browsers see queues that are none.
    pub fn estimated(&mut self, bits_per_second: u64) {
        let before = self.estimate.replace(bits_per_second);
        if before.is_some_and(|before| bits_per_second < before / 100 * 97) {
            let fell = self
                .fell
                .map_or(bits_per_second, |fell| fell.min(bits_per_second));
            self.fell = Some(fell);
        }
    }

    /// Judges the time since the last judgement; bits per second.
    pub fn judge(&mut self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.since).as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX).max(1);
        let rate = self.sent.saturating_mul(8_000) / millis;
        let lost = self.losses.of_256();
        if rate <= self.cap / 100 * KEPT {
            self.trips.less_sent();
        }
        let queue = self.trips.queue();
        let too_much = lost.is_some_and(|lost| lost.min(self.lost_before) > TOO_MUCH);
        let starved = too_much && self.cap <= FLOOR;
        // What the viewer has seen to be possible is reached sooner.
        let known = self.estimate.unwrap_or(0).min(self.cap * 130 / 100);
        if too_much {
            self.cap = self.cap.min(rate) * 85 / 100;
        } else if lost.is_none_or(|lost| lost < LITTLE) {
            self.cap = (self.cap * 108 / 100).max(known);
        } else if queue == Some(false) {
            self.cap = (self.cap * 104 / 100).max(known);
        } else {
            self.cap = self.cap.max(known);
        }
        if let Some(fell) = self.fell.take()
            && fell < rate / 100 * 105
            && queue != Some(false)
        {
            self.cap = self.cap.min(fell);
            self.trips.less_asked();
        }
        self.cap = self.cap.clamp(FLOOR, CEILING);
        self.starved = if starved { self.starved + 1 } else { 0 };
        self.resting = self.resting.saturating_sub(1);
        if self.starved >= PATIENCE {
            (self.starved, self.resting) = (0, REST);
        }
        let slow = self.trips.is_long() && lost.is_some_and(|lost| lost >= LITTLE);
        self.slow = if slow {
            REMEMBERED
        } else {
            self.slow.saturating_sub(1)
        };
        self.lost_before = lost.unwrap_or(self.lost_before);
        (self.sent, self.since) = (0, now);
        self.cap
    }

    /// Whether the way loses some of late and is so long that pictures wait for repairs.
    pub fn repairs_take_long(&self) -> bool {
        self.slow > 0
    }

    /// Whether pictures are sent to the viewer at all.
    pub fn pictures(&self) -> bool {
        self.resting == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::MediaLine;
    use proptest::prelude::*;

    fn report(lost: u32, highest: u32) -> LossReport {
        LossReport {
            line: MediaLine::Camera,
            cumulative_lost: lost,
            highest_sequence: highest,
            rtt: None,
        }
    }

    /// Seconds of a stream of so many bytes a second over a way with so much loss; the last judgement.
    fn after(pace: &mut Pace, now: &mut Instant, seconds: u32, bytes: usize, of_256: u8) -> u64 {
        let mut cap = 0;
        for _ in 0..seconds {
            for _ in 0..100 {
                pace.sent(bytes / 100);
            }
            // The first of the two is a new beginning.
            pace.lost(report(0, 0));
            pace.lost(report(of_256.into(), 256));
            *now += INTERVAL;
            cap = pace.judge(*now);
        }
        cap
    }

    #[test]
    fn a_full_way_narrows_and_a_free_one_widens() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        assert_eq!(after(&mut pace, &mut now, 3, 200_000, 3), CEILING);
        // 200 kB and their headers a second are 1.64 Mbit/s.
        assert_eq!(after(&mut pace, &mut now, 1, 200_000, 60), CEILING);
        assert_eq!(after(&mut pace, &mut now, 1, 200_000, 60), 1_394_000);
        assert_eq!(after(&mut pace, &mut now, 9, 200_000, 15), 1_394_000);
        assert_eq!(after(&mut pace, &mut now, 60, 200_000, 60), FLOOR);
        assert_eq!(after(&mut pace, &mut now, 60, 200_000, 0), CEILING);
    }

    #[test]
    fn an_estimate_that_falls_below_what_is_sent_limits_and_a_low_one_does_not() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        // A quiet picture: the estimate is low since little is sent.
        for _ in 0..5 {
            pace.estimated(90_000);
            assert_eq!(after(&mut pace, &mut now, 1, 5_000, 0), CEILING);
        }
        // It becomes lively, and the estimate follows slowly.
        for estimate in [97_000, 105_000, 113_000, 122_000] {
            pace.estimated(estimate);
            assert_eq!(after(&mut pace, &mut now, 1, 120_000, 0), CEILING);
        }
        // Packets queue: the estimate falls under what is sent.
        pace.estimated(1_000_000);
        pace.estimated(800_000);
        assert_eq!(after(&mut pace, &mut now, 1, 120_000, 0), 800_000);
        // It falls although far less is sent: a measuring error.
        pace.estimated(700_000);
        assert_eq!(after(&mut pace, &mut now, 1, 20_000, 0), 864_000);
        // It sees much room: that is taken in steps.
        pace.estimated(3_000_000);
        assert_eq!(after(&mut pace, &mut now, 1, 90_000, 0), 1_123_200);
    }

    #[test]
    fn a_way_that_always_loses_some_is_not_full() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        after(&mut pace, &mut now, 2, 100_000, 60);
        let narrow = after(&mut pace, &mut now, 1, 60_000, 13);
        // A single bad second among the usual ones.
        assert_eq!(after(&mut pace, &mut now, 1, 60_000, 40), narrow);
        assert_eq!(after(&mut pace, &mut now, 1, 60_000, 13), narrow);
        pace.estimated(narrow * 2);
        assert_eq!(
            after(&mut pace, &mut now, 1, 60_000, 13),
            narrow * 130 / 100
        );
    }

    #[test]
    fn without_a_queue_a_falling_estimate_is_not_believed() {
        let trip = |ms| LossReport {
            rtt: Some(Duration::from_millis(ms)),
            ..report(0, 0)
        };
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        for estimate in [900_000, 700_000, 500_000] {
            pace.estimated(estimate);
            pace.lost(trip(300));
            assert_eq!(after(&mut pace, &mut now, 1, 120_000, 13), CEILING);
        }
        pace.estimated(400_000);
        pace.lost(trip(380));
        assert_eq!(after(&mut pace, &mut now, 1, 120_000, 13), 400_000);
        // The queue is gone; what is lost all the time does not keep the way narrow.
        pace.lost(trip(310));
        assert_eq!(after(&mut pace, &mut now, 1, 50_000, 13), 416_000);
    }

    #[test]
    fn x9_repairs_take_long_where_a_long_way_loses_some_and_for_a_while_after() {
        let after_trip = |pace: &mut Pace, now: &mut Instant, ms, of_256| {
            pace.lost(LossReport {
                rtt: Some(Duration::from_millis(ms)),
                ..report(0, 0)
            });
            after(pace, now, 1, 60_000, of_256);
            pace.repairs_take_long()
        };
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        assert!(!after_trip(&mut pace, &mut now, 300, 0));
        assert!(!after_trip(&mut pace, &mut now, 20, 13));
        assert!(after_trip(&mut pace, &mut now, 300, 13));
        let rest = std::iter::repeat_with(|| after_trip(&mut pace, &mut now, 300, 0));
        assert_eq!(rest.take_while(|slow| *slow).count(), 9);
    }

    #[test]
    fn a_way_too_narrow_for_both_carries_sound_alone_for_ten_seconds() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        let mut seconds = 0;
        while pace.pictures() {
            after(&mut pace, &mut now, 1, 20_000, 90);
            seconds += 1;
            assert!(seconds < 20);
        }
        assert_eq!(
            seconds, 7,
            "one to believe it, two to reach the floor, four of patience"
        );
        for _ in 0..9 {
            after(&mut pace, &mut now, 1, 6_000, 0);
            assert!(!pace.pictures());
        }
        after(&mut pace, &mut now, 1, 6_000, 0);
        assert!(pace.pictures());
    }

    proptest! {
        /// Whatever is reported, the cap stays between its bounds and nothing overflows.
        #[test]
        fn any_report_gives_a_cap_within_bounds(
            seconds in proptest::collection::vec((any::<(u32, u32)>(), any::<Option<u32>>(), any::<u64>(), 0usize..10_000_000, 0u64..5_000), 1..60)
        ) {
            let mut now = Instant::now();
            let mut pace = Pace::new(now);
            for (lost, trip_ms, estimate, sent, millis) in seconds {
                let rtt = trip_ms.map(|it| Duration::from_millis(it.into()));
                pace.lost(LossReport { rtt, ..report(lost.0, lost.1) });
                pace.estimated(estimate);
                pace.sent(sent);
                now += Duration::from_millis(millis);
                prop_assert!((FLOOR..=CEILING).contains(&pace.judge(now)));
            }
        }
    }
}
