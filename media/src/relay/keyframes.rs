//! When to ask a publisher for a key frame: soon, but never in a storm.

use std::time::{Duration, Instant};

/// Requests for one track are at least this far apart.
pub const SPACING: Duration = Duration::from_millis(500);
/// A request that brought no key frame is repeated after this long.
pub const REPEAT: Duration = Duration::from_secs(4);

/// One incoming picture's requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Throttle {
    asked: Option<Instant>,
    /// Somebody waits for a key frame that has not come.
    waiting: bool,
    /// A request is due, as soon as the spacing allows.
    due: bool,
}

impl Throttle {
    /// Somebody needs a key frame.
    pub fn want(&mut self) {
        self.waiting = true;
        self.due = true;
    }

    /// A key frame began, or there is no picture any more of which it could be.
    pub fn came(&mut self) {
        self.waiting = false;
        self.due = false;
    }

    /// Whether to ask now; notes that it was done.
    pub fn ask(&mut self, now: Instant) -> bool {
        let ask = self.next().is_some_and(|at| at <= now);
        if ask || (self.waiting && self.asked.is_none()) {
            self.asked = Some(now);
            self.due = false;
            return true;
        }
        false
    }

    /// When [`Self::ask`] will say yes, if it waits for time alone.
    pub fn next(&self) -> Option<Instant> {
        let asked = self.asked?;
        match (self.due, self.waiting) {
            (true, _) => Some(asked + SPACING),
            (false, true) => Some(asked + REPEAT),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_hundred_wishes_in_half_a_second_are_one_request() {
        let start = Instant::now();
        let mut throttle = Throttle::default();
        let asked: u32 = (0..500)
            .map(|ms| {
                throttle.want();
                u32::from(throttle.ask(start + ms * MS))
            })
            .sum();
        assert_eq!(asked, 1);
        assert_eq!(throttle.next(), Some(start + SPACING));
        assert!(throttle.ask(start + SPACING));
    }

    #[test]
    fn an_unanswered_request_is_repeated_and_an_answered_one_is_not() {
        let start = Instant::now();
        let mut throttle = Throttle::default();
        throttle.want();
        assert!(throttle.ask(start));
        assert!(!throttle.ask(start + REPEAT.saturating_sub(MS)));
        assert!(throttle.ask(start + REPEAT));
        throttle.came();
        assert_eq!(throttle.next(), None);
        assert!(!throttle.ask(start + 9 * REPEAT));
    }
}
