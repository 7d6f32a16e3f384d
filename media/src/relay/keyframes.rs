//! When to send a publisher a PLI: soon, but never in a storm.

use std::time::{Duration, Instant};

/// PLIs for one track are at least this far apart.
pub(crate) const MIN_INTERVAL: Duration = Duration::from_millis(500);
/// A PLI that brought no key frame is repeated after this long.
pub(crate) const RETRY_INTERVAL: Duration = Duration::from_secs(4);

/// The key frame requests of one incoming video stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyframeThrottle {
    last_request: Option<Instant>,
    /// Somebody waits for a key frame that has not come.
    waiting: bool,
    /// A request is due, as soon as the interval allows.
    due: bool,
}

impl KeyframeThrottle {
    /// Somebody needs a key frame.
    pub(crate) fn need(&mut self) {
        self.waiting = true;
        self.due = true;
    }

    /// A key frame began, or the stream has stopped.
    pub(crate) fn settle(&mut self) {
        self.waiting = false;
        self.due = false;
    }

    /// Whether to send a PLI now; notes that it was sent.
    pub(crate) fn poll(&mut self, now: Instant) -> bool {
        let due = self.next_request().is_some_and(|at| at <= now);
        if due || (self.waiting && self.last_request.is_none()) {
            self.last_request = Some(now);
            self.due = false;
            return true;
        }
        false
    }

    /// When [`Self::poll`] will say yes, if it waits for time alone.
    pub(crate) fn next_request(&self) -> Option<Instant> {
        let last = self.last_request?;
        match (self.due, self.waiting) {
            (true, _) => Some(last + MIN_INTERVAL),
            (false, true) => Some(last + RETRY_INTERVAL),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn needs_that_come_all_the_time_in_half_a_second_are_one_request() {
        let start = Instant::now();
        let mut throttle = KeyframeThrottle::default();
        let sent: u32 = (0..500)
            .map(|ms| {
                throttle.need();
                u32::from(throttle.poll(start + ms * MS))
            })
            .sum();
        assert_eq!(sent, 1);
        assert_eq!(throttle.next_request(), Some(start + MIN_INTERVAL));
        assert!(throttle.poll(start + MIN_INTERVAL));
    }

    #[test]
    fn an_unanswered_request_is_repeated_and_an_answered_one_is_not() {
        let start = Instant::now();
        let mut throttle = KeyframeThrottle::default();
        throttle.need();
        assert!(throttle.poll(start));
        assert!(!throttle.poll(start + RETRY_INTERVAL.saturating_sub(MS)));
        assert!(throttle.poll(start + RETRY_INTERVAL));
        throttle.settle();
        assert_eq!(throttle.next_request(), None);
        assert!(!throttle.poll(start + 9 * RETRY_INTERVAL));
    }
}
