//! When the media thread waits so that datagrams which come close together share one wake-up and go out together.

use std::time::Duration;
use std::time::Instant;

/// While datagrams are frequent, the least time from the beginning of one turn to that of the next. A datagram that comes
/// in between waits for so long at most; one that comes later is handled at once.
pub(crate) const TURN: Duration = Duration::from_micros(300);
/// Datagrams are counted over this long.
const WINDOW: Duration = Duration::from_millis(20);
/// So many in a window are frequent: about one a turn. Below, a pause saves no wake-up, since each turn has one datagram
/// anyway.
const FREQUENT: u32 = 60;

/// Decides it from how many datagrams came lately.
#[derive(Debug)]
pub(crate) struct Pacer {
    window_began: Instant,
    counted: u32,
    frequent: bool,
}

impl Pacer {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            window_began: now,
            counted: 0,
            frequent: false,
        }
    }

    /// A turn that began at `now` read so many datagrams.
    pub(crate) fn count(&mut self, now: Instant, datagrams: u32) {
        let passed = now.saturating_duration_since(self.window_began);
        if passed >= WINDOW {
            // A window that took longer had a pause in it.
            let scaled = u128::from(self.counted) * WINDOW.as_micros() / passed.as_micros().max(1);
            self.frequent = scaled >= u128::from(FREQUENT);
            (self.window_began, self.counted) = (now, 0);
        }
        self.counted = self.counted.saturating_add(datagrams);
    }

    /// How long to pause after a turn that took `elapsed`.
    pub(crate) fn pause(&self, elapsed: Duration) -> Option<Duration> {
        let rest = TURN.checked_sub(elapsed)?;
        (self.frequent && !rest.is_zero()).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns that come `apart`, with so many datagrams each, for a while; the pause after the last.
    fn after(
        pacer: &mut Pacer,
        now: &mut Instant,
        apart: Duration,
        datagrams: u32,
    ) -> Option<Duration> {
        for _ in 0..(WINDOW * 3).as_micros() / apart.as_micros() {
            *now += apart;
            pacer.count(*now, datagrams);
        }
        pacer.pause(Duration::ZERO)
    }

    #[test]
    fn it_pauses_only_while_datagrams_are_frequent() {
        let mut now = Instant::now();
        let mut pacer = Pacer::new(now);
        let ms = Duration::from_millis(1);
        assert_eq!(after(&mut pacer, &mut now, ms, 1), None, "one call");
        assert_eq!(
            after(&mut pacer, &mut now, ms, 4),
            Some(TURN),
            "forty calls"
        );
        assert_eq!(after(&mut pacer, &mut now, ms / 4, 1), Some(TURN));
        assert_eq!(after(&mut pacer, &mut now, 20 * ms, 1), None);
    }

    #[test]
    fn a_burst_after_a_silence_is_not_frequent() {
        let mut now = Instant::now();
        let mut pacer = Pacer::new(now);
        pacer.count(now, 10);
        now += Duration::from_secs(2);
        pacer.count(now, FREQUENT);
        assert_eq!(pacer.pause(Duration::ZERO), None);
    }

    #[test]
    fn a_turn_that_took_long_has_paused_enough() {
        let mut now = Instant::now();
        let mut pacer = Pacer::new(now);
        after(&mut pacer, &mut now, Duration::from_millis(1), 10);
        assert_eq!(pacer.pause(TURN / 3), Some(TURN * 2 / 3));
        assert_eq!(pacer.pause(TURN), None);
        assert_eq!(pacer.pause(TURN * 2), None);
    }
}
