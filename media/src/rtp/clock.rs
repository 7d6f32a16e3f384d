//! RTP time: ticks of a stream's clock.

use std::time::Duration;

/// Ticks in a time, at so many a second. They wrap (RFC 3550, section 5.1).
#[expect(clippy::cast_possible_truncation, reason = "RTP time wraps by design")]
pub fn ticks(passed: Duration, clock_rate: u32) -> u32 {
    (passed.as_micros() * u128::from(clock_rate) / 1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_the_clock_rate_and_a_day_wraps() {
        assert_eq!(ticks(Duration::from_secs(1), 48_000), 48_000);
        assert_eq!(ticks(Duration::from_millis(20), 48_000), 960);
        let day = 86_400 * 90_000_u64;
        let wrapped = u32::try_from(day % (1 << 32)).expect("a remainder");
        assert_eq!(ticks(Duration::from_hours(24), 90_000), wrapped);
    }
}
