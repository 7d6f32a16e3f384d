//! How long the other side's pictures wait before they are shown, so that what is sent again still comes in time.
//! Pure.
//!
//! A browser that repairs losses alone shows a picture as soon as it is whole, and freezes for a round trip at each
//! loss. On a long way with losses all pictures wait for about that trip instead, and move evenly. The sound does not
//! wait with them: to be heard at once matters more than the lips. Nothing waits where it does not help.

use orderline_protocol::quality::{LineLevel, QualitySample};

/// Loss from which on there is something to wait for; per thousand.
const SOME_LOSS: u16 = 10;
/// A repair over a shorter way comes in time by itself; milliseconds there and back.
const SHORT_TRIP: u32 = 80;
/// What repairs take beside their trips, in milliseconds: a picture of several packets, two requests, two encoders.
const SPARE: u32 = 150;
/// From this loss on a repair is lost too often to count on the first; per thousand. Waiting for the second from the
/// start matters: a browser lengthens the wait by only a tenth of a second in each second.
const MUCH_LOSS: u16 = 25;
/// Waited where the loss is on the other side's way to the relay, whose length nobody here knows: the trip to another
/// continent and back, twice, and on to here.
const THEIRS: u32 = 800;
/// More is waited while pictures still freeze …
const STEP: u32 = 150;
/// … up to this: then what is seen has too little to do with what is heard.
const MOST: u32 = 1_000;
/// Samples in a row that want less before less is waited …
const LESS_AFTER: u32 = 30;
/// … and while the other side's line is in trouble: that nothing freezes then shows that waiting helps, not that it is
/// no longer needed.
const LESS_AFTER_IN_TROUBLE: u32 = 120;

/// Decides it, once a second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    ms: u32,
    calm: u32,
}

impl Patience {
    /// Takes a sample in, with how the other side's line is; answers the milliseconds that pictures wait, 0 for none.
    pub fn take(&mut self, sample: &QualitySample, theirs: LineLevel) -> u32 {
        let wanted = self.wanted(sample, theirs).min(MOST);
        if wanted >= self.ms {
            (self.ms, self.calm) = (wanted, 0);
        } else {
            self.calm += 1;
            let enough = match theirs {
                LineLevel::Good => LESS_AFTER,
                LineLevel::Weak | LineLevel::Bad => LESS_AFTER_IN_TROUBLE,
            };
            if self.calm >= enough {
                (self.ms, self.calm) = (wanted, 0);
            }
        }
        self.ms
    }

    fn wanted(self, sample: &QualitySample, theirs: LineLevel) -> u32 {
        let lossy = sample.loss_in >= SOME_LOSS;
        let froze = sample.frozen_ms > 0;
        let (far, trouble) = (sample.rtt_ms >= SHORT_TRIP, theirs != LineLevel::Good);
        let trip = if far && lossy {
            let trips = if sample.loss_in >= MUCH_LOSS { 2 } else { 1 };
            sample.rtt_ms.saturating_mul(trips).saturating_add(SPARE)
        } else if trouble && (lossy || froze) {
            THEIRS
        } else {
            return 0;
        };
        if froze && self.ms >= trip {
            self.ms + STEP
        } else {
            trip
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
    fn x9_nothing_waits_where_it_does_not_help() {
        let mut patience = Patience::default();
        assert_eq!(patience.take(&sample(0, 300, 0), LineLevel::Good), 0);
        assert_eq!(patience.take(&sample(50, 20, 0), LineLevel::Good), 0);
        assert_eq!(patience.take(&sample(0, 20, 400), LineLevel::Good), 0);
        assert_eq!(patience.take(&sample(0, 20, 0), LineLevel::Bad), 0);
    }

    #[test]
    fn x9_pictures_wait_for_a_repair_and_for_a_while_after_the_last() {
        let mut patience = Patience::default();
        assert_eq!(patience.take(&sample(20, 300, 0), LineLevel::Good), 450);
        for _ in 1..LESS_AFTER {
            assert_eq!(patience.take(&sample(0, 300, 0), LineLevel::Good), 450);
        }
        assert_eq!(patience.take(&sample(0, 300, 0), LineLevel::Good), 0);
    }

    #[test]
    fn x9_where_repairs_are_lost_too_pictures_wait_for_the_second() {
        let mut patience = Patience::default();
        assert_eq!(patience.take(&sample(50, 200, 0), LineLevel::Good), 550);
        assert_eq!(patience.take(&sample(50, 400, 0), LineLevel::Good), 950);
        assert_eq!(
            patience.take(&sample(50, u32::MAX, 0), LineLevel::Good),
            MOST
        );
    }

    #[test]
    fn x9_loss_on_the_other_sides_way_counts_once_it_is_seen() {
        let mut patience = Patience::default();
        assert_eq!(patience.take(&sample(0, 4, 200), LineLevel::Weak), THEIRS);
        assert_eq!(
            patience.take(&sample(0, 4, 200), LineLevel::Weak),
            THEIRS + STEP
        );
        for _ in 0..10 {
            patience.take(&sample(0, 4, 200), LineLevel::Weak);
        }
        assert_eq!(patience.take(&sample(0, 4, 200), LineLevel::Weak), MOST);
    }

    #[test]
    fn x9_pictures_that_waited_do_not_freeze_again_every_half_minute_of_the_others_bad_line() {
        let after = |theirs| {
            let mut patience = Patience::default();
            patience.take(&sample(0, 4, 200), LineLevel::Weak);
            let waits = || patience.take(&sample(0, 4, 0), theirs) == THEIRS;
            std::iter::repeat_with(waits).take_while(|it| *it).count()
        };
        assert_eq!(after(LineLevel::Good), 29);
        assert_eq!(after(LineLevel::Weak), 119);
    }

    proptest! {
        /// Whatever is seen, nothing waits longer than it may.
        #[test]
        fn x9_the_wait_is_bounded(samples in proptest::collection::vec((0_u16..1000, 0_u32..1_000_000, any::<u32>()), 1..200)) {
            let mut patience = Patience::default();
            for (loss, trip, frozen) in samples {
                prop_assert!(patience.take(&sample(loss, trip, frozen), LineLevel::Weak) <= MOST);
            }
        }
    }
}
