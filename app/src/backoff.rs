//! How long to wait before the next attempt to connect. Pure.

/// The first wait, in milliseconds.
pub const FIRST_MS: u64 = 400;
/// The longest wait, in milliseconds.
pub const LONGEST_MS: u64 = 15_000;

/// The wait before attempt number `attempt` (0 for the first). `random` is any number.
pub fn wait_ms(attempt: u32, random: u64) -> u64 {
    let full = FIRST_MS
        .saturating_mul(1 << attempt.min(10))
        .min(LONGEST_MS);
    spread(full, random)
}

/// Between half of the full wait and all of it, so that a restarted server does not meet everybody at once. `random` is
/// any number.
pub const fn spread(full: u64, random: u64) -> u64 {
    let half = full / 2;
    half + random % (full - half + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_within_bounds(attempt in any::<u32>(), random in any::<u64>()) {
            let wait = wait_ms(attempt, random);
            prop_assert!((FIRST_MS / 2..=LONGEST_MS).contains(&wait));
        }
    }

    #[test]
    fn waits_grow() {
        assert!(wait_ms(5, 0) > wait_ms(0, 0));
    }
}
