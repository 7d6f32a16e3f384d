//! When jobs are due.

use jiff::{SignedDuration, Timestamp};
use orderline_domain::job::Schedule;
use proptest::prelude::*;
use std::time::Duration;

const NIGHTLY: Schedule = Schedule::DailyAt {
    hour: 3,
    minute: 10,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[test]
fn a_daily_job_is_due_at_its_time_of_day() {
    for (now, due) in [
        ("2026-11-29T00:00:00Z", "2026-11-29T03:10:00Z"),
        ("2026-11-29T03:09:59.999Z", "2026-11-29T03:10:00Z"),
        ("2026-11-29T03:10:00Z", "2026-11-30T03:10:00Z"),
        ("2026-11-30T23:59:59Z", "2026-12-01T03:10:00Z"),
        ("2028-02-28T12:00:00Z", "2028-02-29T03:10:00Z"),
    ] {
        assert_eq!(NIGHTLY.next_after(at(now)), at(due), "{now}");
    }
}

#[test]
fn schedules_are_told_in_words() {
    assert_eq!(NIGHTLY.to_string(), "daily at 03:10 UTC");
    assert_eq!(
        Schedule::Every(Duration::from_secs(30)).to_string(),
        "every 30s"
    );
}

proptest! {
    #[test]
    fn a_daily_job_is_due_once_a_day(seconds in 0_i64..4_000_000_000, hour in 0_i8..24, minute in 0_i8..60) {
        let schedule = Schedule::DailyAt { hour, minute };
        let now = Timestamp::from_second(seconds).expect("a time");
        let due = schedule.next_after(now);
        prop_assert!(due > now && due <= now + SignedDuration::from_hours(24));
        prop_assert_eq!(schedule.next_after(due), due + SignedDuration::from_hours(24));
    }

    #[test]
    fn what_repeats_is_due_after_its_pause(seconds in 0_i64..4_000_000_000, pause in 0_u64..10_000_000) {
        let now = Timestamp::from_second(seconds).expect("a time");
        let due = Schedule::Every(Duration::from_secs(pause)).next_after(now);
        prop_assert_eq!(due.as_second() - now.as_second(), i64::try_from(pause).expect("small"));
    }
}
