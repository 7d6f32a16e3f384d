//! Budgets of what goes out, and the folding of notices.

use crate::support::at;
use jiff::SignedDuration;
use orderline_domain::outward::{FOLD, UsedUp, Way, Whose, budget, goes_out};
use proptest::prelude::*;

#[test]
fn a_budget_gives_its_burst_and_then_one_a_pause() {
    for way in Way::ALL {
        for whose in Whose::ALL {
            let budget = budget(way, whose);
            let mut used = at(0);
            for _ in 0..budget.burst {
                used = budget.take(used, at(0)).unwrap();
            }
            let next = at(0) + budget.pause;
            assert_eq!(
                budget.take(used, at(0)),
                Err(UsedUp { at: next }),
                "{way:?} {whose:?}"
            );
            let before = next - SignedDuration::from_nanos(1);
            assert!(budget.take(used, before).is_err());
            let used = budget.take(used, next).unwrap();
            assert!(budget.take(used, next).is_err());
            // A long pause fills it no higher than the burst.
            let mut used = used;
            for _ in 0..budget.burst {
                used = budget.take(used, at(10_000_000)).unwrap();
            }
            assert!(budget.take(used, at(10_000_000)).is_err());
        }
    }
}

#[test]
fn the_first_notice_goes_at_once_and_the_next_wait_for_each_other() {
    assert_eq!(goes_out(None, at(0)), at(0));
    assert_eq!(goes_out(Some(at(0)), at(1)), at(0) + FOLD);
    assert_eq!(goes_out(Some(at(0)), at(7_200)), at(7_200));
}

proptest! {
    /// However somebody sends, in any stretch no more goes out than the burst and what the time gives.
    #[test]
    fn no_more_goes_out_than_the_time_gives(pauses in prop::collection::vec(0i64..400, 1..300)) {
        let budget = budget(Way::Sms, Whose::Sender);
        let (mut now, mut used, mut sent) = (0, at(0), 0_i64);
        for pause in pauses {
            now += pause;
            if let Ok(after) = budget.take(used, at(now)) {
                used = after;
                sent += 1;
            }
        }
        prop_assert!(sent <= i64::from(budget.burst) + now / budget.pause.as_secs());
    }
}
