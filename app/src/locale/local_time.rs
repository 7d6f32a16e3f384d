//! What a clock on the wall means as a moment. Where clocks are put forward a local time does not exist, where they are
//! put back it comes twice: both are said, never guessed.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// A local time, read on a clock whose offset changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// Not a whole day and time.
    Incomplete,
    /// Skipped: clocks were put forward over it.
    Missing,
    Once(Timestamp),
    /// Comes again after clocks were put back: the earlier moment and the later one.
    Twice(Timestamp, Timestamp),
}

impl Local {
    /// The moment that is meant; of two the earlier, or the `later` one.
    pub const fn moment(self, later: bool) -> Option<Timestamp> {
        match self {
            Self::Twice(_, last) if later => Some(last),
            Self::Once(at) | Self::Twice(at, _) => Some(at),
            Self::Incomplete | Self::Missing => None,
        }
    }

    /// The two moments that it can mean.
    pub const fn twins(self) -> Option<(Timestamp, Timestamp)> {
        match self {
            Self::Twice(first, last) => Some((first, last)),
            Self::Incomplete | Self::Missing | Self::Once(_) => None,
        }
    }
}

/// Reads a field for day and time; `offset` says how far ahead of UTC the clock is at a moment.
pub fn read(text: &str, offset: impl Fn(Timestamp) -> SignedDuration) -> Local {
    let wall = text.parse::<DateTime>().ok().and_then(|wall| {
        let zoned = wall.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    });
    let Some(wall) = wall else {
        return Local::Incomplete;
    };
    let day = SignedDuration::from_hours(24);
    // No clock is changed twice within two days.
    let around = [wall.checked_sub(day), wall.checked_add(day)];
    let mut found: Vec<Timestamp> = around
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|near| {
            let at = wall.checked_sub(offset(near)).ok()?;
            (wall.duration_since(at) == offset(at)).then_some(at)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [] => Local::Missing,
        [at] => Local::Once(at),
        [first, .., last] => Local::Twice(first, last),
    }
}

/// Whether the same local time comes twice, so that it takes an offset to know which is meant.
pub fn is_twice(at: Timestamp, offset: impl Fn(Timestamp) -> SignedDuration) -> bool {
    let here = offset(at);
    let day = SignedDuration::from_hours(24);
    [at.checked_sub(day), at.checked_add(day)]
        .into_iter()
        .filter_map(Result::ok)
        .map(&offset)
        .filter(|there| *there != here)
        .any(|there| {
            let twin = at.checked_add(here - there);
            twin.is_ok_and(|twin| offset(twin) == there)
        })
}

/// An offset as it is written beside a time: `UTC+2`, `UTC+5:45`.
pub fn offset_words(offset: SignedDuration) -> String {
    let minutes = offset.as_mins();
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 {
        format!("UTC{sign}{hours}")
    } else {
        format!("UTC{sign}{hours}:{rest:02}")
    }
}

/// The next full hour on a clock with this offset.
pub fn next_full_hour(now: Timestamp, offset: impl Fn(Timestamp) -> SignedDuration) -> Timestamp {
    const HOUR: i64 = 3_600_000;
    let shift = i64::try_from(offset(now).as_millis()).unwrap_or_default();
    let wall = now.as_millisecond() + shift;
    let full = wall - wall.rem_euclid(HOUR) + HOUR;
    Timestamp::from_millisecond(full - shift).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn in_zone(name: &str) -> impl Fn(Timestamp) -> SignedDuration {
        let zone = TimeZone::get(name).unwrap();
        move |at| SignedDuration::from_secs(i64::from(zone.to_offset(at).seconds()))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_that_is_skipped_or_comes_twice_is_told_apart() {
        let berlin = in_zone("Europe/Berlin");
        assert_eq!(read("2027-03-28T02:30", &berlin), Local::Missing);
        assert_eq!(
            read("2027-03-28T03:30", &berlin),
            Local::Once(at("2027-03-28T01:30:00Z"))
        );
        assert_eq!(
            read("2026-10-25T02:30", &berlin),
            Local::Twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"))
        );
        // Half an hour, far from Greenwich.
        let lord_howe = in_zone("Australia/Lord_Howe");
        assert!(matches!(
            read("2027-04-04T01:45", &lord_howe),
            Local::Twice(..)
        ));
        assert_eq!(read("2026-10-04T02:15", &lord_howe), Local::Missing);
        assert_eq!(read("2026-13-04T02:15", &berlin), Local::Incomplete);
        assert_eq!(read("", &berlin), Local::Incomplete);
    }

    #[test]
    fn of_two_moments_either_can_be_meant() {
        let berlin = in_zone("Europe/Berlin");
        let local = read("2027-10-31T02:30", &berlin);
        let (first, last) = (at("2027-10-31T00:30:00Z"), at("2027-10-31T01:30:00Z"));
        assert_eq!(local.twins(), Some((first, last)));
        assert_eq!(local.moment(false), Some(first));
        assert_eq!(local.moment(true), Some(last));
        let offsets = [first, last].map(|at| offset_words(berlin(at)));
        assert_eq!(offsets, ["UTC+2", "UTC+1"]);
        for (text, moment) in [
            ("2027-10-31T03:30", Some(at("2027-10-31T02:30:00Z"))),
            ("2027-03-28T02:30", None),
        ] {
            let local = read(text, &berlin);
            assert_eq!(local.twins(), None);
            assert_eq!([local.moment(false), local.moment(true)], [moment; 2]);
        }
    }

    #[test]
    fn the_next_full_hour_is_one_on_the_persons_own_clock() {
        let kathmandu = in_zone("Asia/Kathmandu");
        let next = next_full_hour(at("2026-11-22T10:05:00Z"), &kathmandu);
        // 15:50 there.
        assert_eq!(next, at("2026-11-22T10:15:00Z"));
        // 16:00 sharp: the next one is 17:00.
        let after = next_full_hour(next, &kathmandu);
        assert_eq!(after, at("2026-11-22T11:15:00Z"));
        let berlin = in_zone("Europe/Berlin");
        assert_eq!(
            next_full_hour(at("2026-11-22T10:00:00Z"), &berlin),
            at("2026-11-22T11:00:00Z")
        );
    }

    #[test]
    fn offsets_are_written_as_people_know_them() {
        for (minutes, words) in [
            (120, "UTC+2"),
            (345, "UTC+5:45"),
            (-210, "UTC−3:30"),
            (0, "UTC+0"),
        ] {
            assert_eq!(offset_words(SignedDuration::from_mins(minutes)), words);
        }
    }

    proptest! {
        /// Whatever moment is written as a local time is found again, and told apart from its twin.
        #[test]
        fn what_a_clock_shows_leads_back(
            minutes in 29_000_000_i64..32_000_000,
            zone in prop::sample::select(vec![
                "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
                "Africa/Casablanca", "Pacific/Apia",
            ]),
        ) {
            let moment = Timestamp::from_second(minutes * 60).unwrap();
            let offset = in_zone(zone);
            let wall = moment + offset(moment);
            let text = wall.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string();
            match read(&text, &offset) {
                Local::Once(at) => {
                    prop_assert_eq!(at, moment);
                    prop_assert!(!is_twice(moment, &offset));
                }
                Local::Twice(first, last) => {
                    prop_assert!(moment == first || moment == last);
                    prop_assert!(first < last && is_twice(moment, &offset));
                }
                other => prop_assert!(false, "{text}: {other:?}"),
            }
        }
    }
}
