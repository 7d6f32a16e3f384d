//! How long to wait before the next attempt to connect. Pure.

use orderline_domain::backoff::Backoff;
use std::time::Duration;

pub use orderline_domain::backoff::spread;

/// The longest wait, in milliseconds.
pub const LONGEST_MS: u64 = 15_000;
/// A browser never gives up.
const WAITS: Backoff = Backoff::endless(
    Duration::from_millis(400),
    Duration::from_millis(LONGEST_MS),
);

/// The wait before attempt number `attempt` (0 for the first), in milliseconds. `random` is any number.
pub fn wait_ms(attempt: u32, random: u64) -> u64 {
    let wait = WAITS.wait(attempt.saturating_add(1), random);
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_within_bounds(attempt in any::<u32>(), random in any::<u64>()) {
            let wait = wait_ms(attempt, random);
            prop_assert!((200..=LONGEST_MS).contains(&wait));
        }
    }

    #[test]
    fn waits_grow() {
        assert!(wait_ms(5, 0) > wait_ms(0, 0));
    }
}
