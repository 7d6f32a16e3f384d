//! Waits between attempts.

use orderline_domain::backoff::Backoff;
use proptest::prelude::*;
use std::time::Duration;

proptest! {
    #[test]
    fn waits_stay_within_their_bounds(
        first in 1_u64..100_000,
        longest in 1_u64..10_000_000,
        failures in any::<u32>(),
        random in any::<u64>(),
    ) {
        let policy = Backoff::endless(Duration::from_millis(first), Duration::from_millis(longest));
        let wait = policy.wait(failures, random);
        prop_assert!(wait <= Duration::from_millis(longest));
        prop_assert!(wait >= Duration::from_millis(first.min(longest) / 2));
        prop_assert_eq!(policy.next(failures, random), Some(wait), "an endless one is never given up");
    }

    #[test]
    fn the_shortest_wait_never_shrinks_with_failures(failures in 1_u32..100) {
        let policy = Backoff::endless(Duration::from_secs(1), Duration::from_mins(10));
        prop_assert!(policy.wait(failures + 1, 0) >= policy.wait(failures, 0));
    }

    #[test]
    fn it_is_given_up_after_its_attempts(attempts in 1_u32..50, random in any::<u64>()) {
        let policy = Backoff::endless(Duration::from_secs(1), Duration::from_secs(8)).up_to(attempts);
        prop_assert!(policy.next(attempts - 1, random).is_some());
        prop_assert!(policy.next(attempts, random).is_none());
    }
}

#[test]
fn the_full_wait_doubles() {
    let policy = Backoff::endless(Duration::from_secs(1), Duration::from_mins(1));
    // Any number that leaves nothing of the full wait away.
    let full = |failures: u32| {
        (0..=u64::from(u16::MAX))
            .map(|random| policy.wait(failures, random))
            .max()
    };
    let seconds: Vec<_> = (1..=8)
        .filter_map(full)
        .map(|wait| wait.as_secs())
        .collect();
    assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
}
