//! Estimates each receiver's downlink bandwidth from RTCP loss, RTT and REMB, and so the bit rate that its publishers may
//! send: nothing else tells them about the network behind the relay. Audio goes before video: a downlink that cannot
//! carry the least of both carries audio alone for a while.

use super::{loss::LossCounter, rtt::RttWindow};
use crate::rtp::LossReport;
use std::time::{Duration, Instant};

/// How often the estimate is updated and the publishers are told.
pub(crate) const UPDATE_INTERVAL: Duration = Duration::from_secs(1);
/// Bits per second: audio and a small video.
pub(crate) const MIN_BITRATE: u64 = 150_000;
/// Bits per second: a sharp screen and a camera.
pub(crate) const MAX_BITRATE: u64 = 6_000_000;
/// Fraction lost in 256ths: above a tenth twice in a row means congestion (chance alone loses a tenth of a second's
/// packets now and then) …
const HIGH_LOSS: u8 = 26;
/// … and below a fiftieth there is room for more. In between retransmission copes and REMB alone raises the limit: some
/// networks lose packets however little is sent.
const LOW_LOSS: u8 = 5;
/// Publishers that send up to this percentage of the limit keep to it.
const LIMIT_TOLERANCE_PERCENT: u64 = 110;
/// Updates for which a downlink with a high RTT that lost packets counts as lossy: by chance a second loses none.
const LOSSY_UPDATES: u8 = 10;
/// Bytes of headers around a payload: IP, UDP, RTP and the SRTP tag.
const PACKET_OVERHEAD: u64 = 50;
/// Updates in a row with high loss at the least bit rate, after which video is held back …
const STARVED_UPDATES: u8 = 4;
/// … for so many updates.
const AUDIO_ONLY_UPDATES: u8 = 10;

/// One receiver's downlink.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DownlinkEstimator {
    /// What its publishers may send in all, in bits per second.
    limit: u64,
    bytes_sent: u64,
    last_update: Instant,
    loss: LossCounter,
    rtt: RttWindow,
    /// Fraction lost at the last update that knew it.
    previous_loss: u8,
    /// The receiver's newest REMB.
    remb: Option<u64>,
    /// The lowest REMB that was a fall, since the last update.
    remb_fell_to: Option<u64>,
    starved: u8,
    audio_only: u8,
    /// Updates for which retransmissions still count as slow.
    slow_retransmission: u8,
}

impl DownlinkEstimator {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            limit: MAX_BITRATE,
            bytes_sent: 0,
            last_update: now,
            loss: LossCounter::default(),
            rtt: RttWindow::default(),
            previous_loss: 0,
            remb: None,
            remb_fell_to: None,
            starved: 0,
            audio_only: 0,
            slow_retransmission: 0,
        }
    }

    /// A packet with so many bytes of payload went to the receiver.
    pub(crate) fn on_sent(&mut self, payload: usize) {
        self.bytes_sent += payload as u64 + PACKET_OVERHEAD;
    }

    pub(crate) fn on_loss_report(&mut self, report: LossReport) {
        self.loss.on_report(report);
        if let Some(rtt) = report.rtt {
            self.rtt.on_measured(rtt);
        }
    }

    /// The receiver's own bandwidth estimate. It cannot know much more than what is sent, so a low one means little; one
    /// that falls means that packets begin to queue, if the RTT grew too: where packets are lost browsers see queues
    /// that are none.
    pub(crate) fn on_remb(&mut self, bits_per_second: u64) {
        let before = self.remb.replace(bits_per_second);
        if before.is_some_and(|before| bits_per_second < before / 100 * 97) {
            let fell_to = self
                .remb_fell_to
                .map_or(bits_per_second, |lowest| lowest.min(bits_per_second));
            self.remb_fell_to = Some(fell_to);
        }
    }

    /// Updates the estimate with what came since the last update; bits per second.
    pub(crate) fn update(&mut self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.last_update).as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX).max(1);
        let rate = self.bytes_sent.saturating_mul(8_000) / millis;
        let loss = self.loss.take_fraction_lost();
        if rate <= self.limit / 100 * LIMIT_TOLERANCE_PERCENT {
            self.rtt.on_limit_kept();
        }
        let queueing = self.rtt.is_queueing();
        let congested = loss.is_some_and(|loss| loss.min(self.previous_loss) > HIGH_LOSS);
        let starved = congested && self.limit <= MIN_BITRATE;
        // What the receiver has seen to be possible is reached sooner.
        let known = self.remb.unwrap_or(0).min(self.limit * 130 / 100);
        if congested {
            self.limit = self.limit.min(rate) * 85 / 100;
        } else if loss.is_none_or(|loss| loss < LOW_LOSS) {
            self.limit = (self.limit * 108 / 100).max(known);
        } else if queueing == Some(false) {
            self.limit = (self.limit * 104 / 100).max(known);
        } else {
            self.limit = self.limit.max(known);
        }
        if let Some(fell_to) = self.remb_fell_to.take()
            && fell_to < rate / 100 * 105
            && queueing != Some(false)
        {
            self.limit = self.limit.min(fell_to);
            self.rtt.on_limited();
        }
        self.limit = self.limit.clamp(MIN_BITRATE, MAX_BITRATE);
        self.starved = if starved { self.starved + 1 } else { 0 };
        self.audio_only = self.audio_only.saturating_sub(1);
        if self.starved >= STARVED_UPDATES {
            (self.starved, self.audio_only) = (0, AUDIO_ONLY_UPDATES);
        }
        let slow = self.rtt.is_high() && loss.is_some_and(|loss| loss >= LOW_LOSS);
        self.slow_retransmission = if slow {
            LOSSY_UPDATES
        } else {
            self.slow_retransmission.saturating_sub(1)
        };
        self.previous_loss = loss.unwrap_or(self.previous_loss);
        (self.bytes_sent, self.last_update) = (0, now);
        self.limit
    }

    /// Whether packets are lost at so high an RTT that the receiver's jitter buffer waits long for retransmissions.
    pub(crate) fn is_retransmission_slow(&self) -> bool {
        self.slow_retransmission > 0
    }

    /// Whether video is sent to the receiver at all.
    pub(crate) fn allows_video(&self) -> bool {
        self.audio_only == 0
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

    /// Seconds of a stream of so many bytes a second with so much loss; the last update.
    fn after(
        downlink: &mut DownlinkEstimator,
        now: &mut Instant,
        seconds: u32,
        bytes: usize,
        fraction_lost: u8,
    ) -> u64 {
        let mut limit = 0;
        for _ in 0..seconds {
            for _ in 0..100 {
                downlink.on_sent(bytes / 100);
            }
            // The first of the two is a new beginning.
            downlink.on_loss_report(report(0, 0));
            downlink.on_loss_report(report(fraction_lost.into(), 256));
            *now += UPDATE_INTERVAL;
            limit = downlink.update(*now);
        }
        limit
    }

    #[test]
    fn congestion_lowers_the_limit_and_its_end_raises_it() {
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        assert_eq!(after(&mut downlink, &mut now, 3, 200_000, 3), MAX_BITRATE);
        // 200 kB and their headers a second are 1.64 Mbit/s.
        assert_eq!(after(&mut downlink, &mut now, 1, 200_000, 60), MAX_BITRATE);
        assert_eq!(after(&mut downlink, &mut now, 1, 200_000, 60), 1_394_000);
        assert_eq!(after(&mut downlink, &mut now, 9, 200_000, 15), 1_394_000);
        assert_eq!(after(&mut downlink, &mut now, 60, 200_000, 60), MIN_BITRATE);
        assert_eq!(after(&mut downlink, &mut now, 60, 200_000, 0), MAX_BITRATE);
    }

    #[test]
    fn a_remb_that_falls_below_what_is_sent_limits_and_a_low_one_does_not() {
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        // A still video: the estimate is low since little is sent.
        for _ in 0..5 {
            downlink.on_remb(90_000);
            assert_eq!(after(&mut downlink, &mut now, 1, 5_000, 0), MAX_BITRATE);
        }
        // It becomes lively, and the estimate follows slowly.
        for estimate in [97_000, 105_000, 113_000, 122_000] {
            downlink.on_remb(estimate);
            assert_eq!(after(&mut downlink, &mut now, 1, 120_000, 0), MAX_BITRATE);
        }
        // Packets queue: the estimate falls under what is sent.
        downlink.on_remb(1_000_000);
        downlink.on_remb(800_000);
        assert_eq!(after(&mut downlink, &mut now, 1, 120_000, 0), 800_000);
        // It falls although far less is sent: a measuring error.
        downlink.on_remb(700_000);
        assert_eq!(after(&mut downlink, &mut now, 1, 20_000, 0), 864_000);
        // It sees much room: that is taken in steps.
        downlink.on_remb(3_000_000);
        assert_eq!(after(&mut downlink, &mut now, 1, 90_000, 0), 1_123_200);
    }

    #[test]
    fn constant_loss_is_no_congestion() {
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        after(&mut downlink, &mut now, 2, 100_000, 60);
        let narrow = after(&mut downlink, &mut now, 1, 60_000, 13);
        // A single bad second among the usual ones.
        assert_eq!(after(&mut downlink, &mut now, 1, 60_000, 40), narrow);
        assert_eq!(after(&mut downlink, &mut now, 1, 60_000, 13), narrow);
        downlink.on_remb(narrow * 2);
        assert_eq!(
            after(&mut downlink, &mut now, 1, 60_000, 13),
            narrow * 130 / 100
        );
    }

    #[test]
    fn without_a_queue_a_falling_remb_is_not_believed() {
        let rtt = |ms| LossReport {
            rtt: Some(Duration::from_millis(ms)),
            ..report(0, 0)
        };
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        for estimate in [900_000, 700_000, 500_000] {
            downlink.on_remb(estimate);
            downlink.on_loss_report(rtt(300));
            assert_eq!(after(&mut downlink, &mut now, 1, 120_000, 13), MAX_BITRATE);
        }
        downlink.on_remb(400_000);
        downlink.on_loss_report(rtt(380));
        assert_eq!(after(&mut downlink, &mut now, 1, 120_000, 13), 400_000);
        // The queue is gone; constant loss does not keep the limit low.
        downlink.on_loss_report(rtt(310));
        assert_eq!(after(&mut downlink, &mut now, 1, 50_000, 13), 416_000);
    }

    #[test]
    fn retransmission_is_slow_at_a_high_rtt_with_loss_and_for_a_while_after() {
        let after_rtt = |downlink: &mut DownlinkEstimator, now: &mut Instant, ms, fraction_lost| {
            downlink.on_loss_report(LossReport {
                rtt: Some(Duration::from_millis(ms)),
                ..report(0, 0)
            });
            after(downlink, now, 1, 60_000, fraction_lost);
            downlink.is_retransmission_slow()
        };
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        assert!(!after_rtt(&mut downlink, &mut now, 300, 0));
        assert!(!after_rtt(&mut downlink, &mut now, 20, 13));
        assert!(after_rtt(&mut downlink, &mut now, 300, 13));
        let rest = std::iter::repeat_with(|| after_rtt(&mut downlink, &mut now, 300, 0));
        assert_eq!(rest.take_while(|slow| *slow).count(), 9);
    }

    #[test]
    fn a_downlink_too_narrow_for_both_carries_audio_alone_for_ten_seconds() {
        let mut now = Instant::now();
        let mut downlink = DownlinkEstimator::new(now);
        let mut seconds = 0;
        while downlink.allows_video() {
            after(&mut downlink, &mut now, 1, 20_000, 90);
            seconds += 1;
            assert!(seconds < 20);
        }
        assert_eq!(
            seconds, 7,
            "one to believe it, two to reach the floor, four of patience"
        );
        for _ in 0..9 {
            after(&mut downlink, &mut now, 1, 6_000, 0);
            assert!(!downlink.allows_video());
        }
        after(&mut downlink, &mut now, 1, 6_000, 0);
        assert!(downlink.allows_video());
    }

    proptest! {
        /// Whatever is reported, the limit stays between its bounds and nothing overflows.
        #[test]
        fn any_report_gives_a_limit_within_bounds(
            seconds in proptest::collection::vec((any::<(u32, u32)>(), any::<Option<u32>>(), any::<u64>(), 0usize..10_000_000, 0u64..5_000), 1..60)
        ) {
            let mut now = Instant::now();
            let mut downlink = DownlinkEstimator::new(now);
            for (lost, rtt_ms, estimate, sent, millis) in seconds {
                let rtt = rtt_ms.map(|it| Duration::from_millis(it.into()));
                downlink.on_loss_report(LossReport { rtt, ..report(lost.0, lost.1) });
                downlink.on_remb(estimate);
                downlink.on_sent(sent);
                now += Duration::from_millis(millis);
                prop_assert!((MIN_BITRATE..=MAX_BITRATE).contains(&downlink.update(now)));
            }
        }
    }
}
