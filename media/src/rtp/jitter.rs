//! Interarrival jitter (RFC 3550, appendix A.8).

use std::time::{Duration, Instant};

/// The jitter of one incoming stream.
#[derive(Clone, Copy, Debug)]
pub struct Jitter {
    clock_rate: u32,
    /// Arrival and RTP time of the newest packet.
    last: Option<(Instant, u32)>,
    /// In ticks, times sixteen.
    scaled: u64,
}

impl Jitter {
    pub const fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            last: None,
            scaled: 0,
        }
    }

    /// A packet arrived.
    pub fn arrived(&mut self, now: Instant, timestamp: u32) {
        if let Some((at, before)) = self.last {
            let real = self.ticks(now.saturating_duration_since(at));
            let claimed = i64::from(timestamp.wrapping_sub(before).cast_signed());
            let deviation = real.saturating_sub(claimed).unsigned_abs();
            // A pause or a new beginning is no jitter.
            if deviation < u64::from(self.clock_rate) {
                self.scaled = self.scaled + deviation - ((self.scaled + 8) >> 4);
            }
        }
        self.last = Some((now, timestamp));
    }

    /// In ticks of the stream's clock, as a receiver report has it.
    pub fn in_ticks(&self) -> u32 {
        u32::try_from(self.scaled >> 4).unwrap_or(u32::MAX)
    }

    /// Without a wrap: a long pause must not look like a short one.
    fn ticks(&self, passed: Duration) -> i64 {
        i64::try_from(passed.as_micros() * u128::from(self.clock_rate) / 1_000_000)
            .unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_stream_has_none_an_uneven_one_has_and_a_pause_is_none() {
        let start = Instant::now();
        let mut jitter = Jitter::new(48_000);
        for n in 0..50_u32 {
            jitter.arrived(start + Duration::from_millis(20) * n, 960 * n);
        }
        assert_eq!(jitter.in_ticks(), 0);
        let later = start + Duration::from_mins(1);
        jitter.arrived(later, 960 * 50);
        assert_eq!(jitter.in_ticks(), 0);
        // Every second packet 10 ms late: each deviates by 480 ticks from the one before.
        for n in 1..200_u32 {
            let late = Duration::from_millis(10) * (n % 2);
            jitter.arrived(later + Duration::from_millis(20) * n + late, 960 * (50 + n));
        }
        assert!((470..=480).contains(&jitter.in_ticks()), "{jitter:?}");
    }
}
