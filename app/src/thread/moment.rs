//! When something happened in a thread, as a list says it.

use crate::locale::format::{self, Moment};
use jiff::Timestamp;

/// Today's events by time, older ones by day.
pub fn when(at: Timestamp, now: Timestamp) -> String {
    let how = if format::local_day(at) == format::local_day(now) {
        Moment::Time
    } else {
        Moment::ShortDay
    };
    format::moment(at, how)
}
