//! How long to wait before something that failed is tried again: twice as long after each failure, up to a bound, and
//! spread by chance, so that many who failed together do not come back together.

use std::time::Duration;

/// Doublings that are computed; more would be past every bound.
const MAX_DOUBLINGS: u32 = 32;

/// A policy of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The full wait after the first failure.
    pub first: Duration,
    /// The longest full wait.
    pub longest: Duration,
    /// Attempts before it is given up; `None`: never.
    pub attempts: Option<u32>,
}

impl Backoff {
    /// Waits that grow from `first` to `longest` and never end.
    pub const fn endless(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            attempts: None,
        }
    }

    /// The same waits, given up after so many attempts.
    #[must_use]
    pub const fn up_to(self, attempts: u32) -> Self {
        Self {
            attempts: Some(attempts),
            ..self
        }
    }

    /// The wait after this many failures in a row: between half of the full wait and all of it. `random` is any number.
    pub fn wait(self, failures: u32, random: u64) -> Duration {
        let doublings = failures.saturating_sub(1).min(MAX_DOUBLINGS);
        let first = u64::try_from(self.first.as_millis()).unwrap_or(u64::MAX);
        let longest = u64::try_from(self.longest.as_millis()).unwrap_or(u64::MAX);
        let full = first.saturating_mul(1 << doublings).min(longest);
        Duration::from_millis(spread(full, random))
    }

    /// The wait after this many failures in a row, or `None` when it is given up.
    pub fn next(self, failures: u32, random: u64) -> Option<Duration> {
        let left = self.attempts.is_none_or(|most| failures < most);
        left.then(|| self.wait(failures, random))
    }
}

/// Between half of the full wait and all of it. `random` is any number.
pub const fn spread(full: u64, random: u64) -> u64 {
    let half = full / 2;
    match (full - half).checked_add(1) {
        Some(steps) => half + random % steps,
        None => random,
    }
}
