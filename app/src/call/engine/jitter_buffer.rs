//! The target delay of the video's jitter buffer, so that retransmitted packets still come in time. Pure.
//!
//! By itself a browser shows a frame as soon as it is whole, and freezes for an RTT at each loss. At a high RTT with loss
//! all video is delayed by about that RTT instead, and moves evenly. Audio is not delayed with it: to be heard at once
//! matters more than lip sync. Nothing is delayed where it does not help (ADR 11).

use orderline_domain::call::quality::LineLevel;
use orderline_protocol::quality::QualitySample;

/// Loss from which on there are retransmissions to wait for; per thousand.
const MIN_LOSS: u16 = 10;
/// At a lower RTT a retransmission comes in time by itself; milliseconds.
const MIN_RTT: u32 = 80;
/// What a retransmission takes beside RTTs, in milliseconds: a frame of several packets, two NACKs, pacing.
const RETRANSMISSION_MARGIN: u32 = 150;
/// From this loss on the first retransmission is lost too often to count on it; per thousand. Waiting for the second
/// from the start matters: a browser lengthens its buffer by only a tenth of a second in each second.
const HIGH_LOSS: u16 = 25;
/// The delay where the loss is on the other side's uplink, whose RTT nobody here knows: that to another continent,
/// twice, and on to here.
const REMOTE_LOSS_DELAY: u32 = 800;
/// The delay grows by this while video still freezes …
const STEP: u32 = 150;
/// … up to this: beyond, video and audio are too far apart.
const MAX_DELAY: u32 = 1_000;
/// Samples in a row that want a lower delay before it is lowered …
const LOWER_AFTER: u32 = 30;
/// … and while the other side's line is bad: that nothing freezes then shows that the delay helps, not that it is no
/// longer needed.
const LOWER_AFTER_BAD_LINE: u32 = 120;

/// Updated once a second.
#[derive(Clone, Copy, Debug, Default)]
pub struct JitterBufferTarget {
    ms: u32,
    calm: u32,
}

impl JitterBufferTarget {
    /// Takes a sample, with how the other side's line is; answers the target in milliseconds, 0 for the browser's own.
    pub fn update(&mut self, sample: &QualitySample, theirs: LineLevel) -> u32 {
        let wanted = self.wanted(sample, theirs).min(MAX_DELAY);
        if wanted >= self.ms {
            (self.ms, self.calm) = (wanted, 0);
        } else {
            self.calm += 1;
            let enough = match theirs {
                LineLevel::Good => LOWER_AFTER,
                LineLevel::Weak | LineLevel::Bad => LOWER_AFTER_BAD_LINE,
            };
            if self.calm >= enough {
                (self.ms, self.calm) = (wanted, 0);
            }
        }
        self.ms
    }

    fn wanted(self, sample: &QualitySample, theirs: LineLevel) -> u32 {
        let lossy = sample.loss_in >= MIN_LOSS;
        let froze = sample.frozen_ms > 0;
        let (far, trouble) = (sample.rtt_ms >= MIN_RTT, theirs != LineLevel::Good);
        let delay = if far && lossy {
            let rtts = if sample.loss_in >= HIGH_LOSS { 2 } else { 1 };
            sample
                .rtt_ms
                .saturating_mul(rtts)
                .saturating_add(RETRANSMISSION_MARGIN)
        } else if trouble && (lossy || froze) {
            REMOTE_LOSS_DELAY
        } else {
            return 0;
        };
        if froze && self.ms >= delay {
            self.ms + STEP
        } else {
            delay
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(loss_in: u16, rtt_ms: u32, frozen_ms: u32) -> QualitySample {
        QualitySample {
            loss_in,
            rtt_ms,
            frozen_ms,
            ..QualitySample::default()
        }
    }

    #[test]
    fn nothing_is_delayed_where_it_does_not_help() {
        let mut target = JitterBufferTarget::default();
        assert_eq!(target.update(&sample(0, 300, 0), LineLevel::Good), 0);
        assert_eq!(target.update(&sample(50, 20, 0), LineLevel::Good), 0);
        assert_eq!(target.update(&sample(0, 20, 400), LineLevel::Good), 0);
        assert_eq!(target.update(&sample(0, 20, 0), LineLevel::Bad), 0);
    }

    #[test]
    fn video_waits_for_a_retransmission_and_for_a_while_after_the_last() {
        let mut target = JitterBufferTarget::default();
        assert_eq!(target.update(&sample(20, 300, 0), LineLevel::Good), 450);
        for _ in 1..LOWER_AFTER {
            assert_eq!(target.update(&sample(0, 300, 0), LineLevel::Good), 450);
        }
        assert_eq!(target.update(&sample(0, 300, 0), LineLevel::Good), 0);
    }

    #[test]
    fn where_retransmissions_are_lost_too_video_waits_for_the_second() {
        let mut target = JitterBufferTarget::default();
        assert_eq!(target.update(&sample(50, 200, 0), LineLevel::Good), 550);
        assert_eq!(target.update(&sample(50, 400, 0), LineLevel::Good), 950);
        assert_eq!(
            target.update(&sample(50, u32::MAX, 0), LineLevel::Good),
            MAX_DELAY
        );
    }

    #[test]
    fn loss_on_the_other_sides_uplink_counts_once_it_is_seen() {
        let mut target = JitterBufferTarget::default();
        assert_eq!(
            target.update(&sample(0, 4, 200), LineLevel::Weak),
            REMOTE_LOSS_DELAY
        );
        assert_eq!(
            target.update(&sample(0, 4, 200), LineLevel::Weak),
            REMOTE_LOSS_DELAY + STEP
        );
        for _ in 0..10 {
            target.update(&sample(0, 4, 200), LineLevel::Weak);
        }
        assert_eq!(
            target.update(&sample(0, 4, 200), LineLevel::Weak),
            MAX_DELAY
        );
    }

    #[test]
    fn delayed_video_does_not_freeze_again_every_half_minute_of_the_others_bad_line() {
        let after = |theirs| {
            let mut target = JitterBufferTarget::default();
            target.update(&sample(0, 4, 200), LineLevel::Weak);
            let waits = || target.update(&sample(0, 4, 0), theirs) == REMOTE_LOSS_DELAY;
            std::iter::repeat_with(waits).take_while(|it| *it).count()
        };
        assert_eq!(after(LineLevel::Good), 29);
        assert_eq!(after(LineLevel::Weak), 119);
    }

    proptest! {
        /// Whatever is seen, nothing waits longer than it may.
        #[test]
        fn the_delay_is_bounded(samples in proptest::collection::vec((0_u16..1000, 0_u32..1_000_000, any::<u32>()), 1..200)) {
            let mut target = JitterBufferTarget::default();
            for (loss, rtt, frozen) in samples {
                prop_assert!(target.update(&sample(loss, rtt, frozen), LineLevel::Weak) <= MAX_DELAY);
            }
        }
    }
}
