//! How long a batch gathers. Each transaction has a price, whatever is in it: where messages are frequent a few
//! milliseconds of waiting share it among many; where they are not, nothing is shared and nobody waits.

use std::time::Duration;
use tokio::time::Instant;

/// From the beginning of a batch to that of the next while messages are rare: one that comes when none has begun lately
/// goes at once.
const SHORTEST: Duration = Duration::from_millis(2);
/// The same while they are frequent.
const LONGEST: Duration = Duration::from_millis(8);
/// Messages in a second up to which they are rare, and from which on they are frequent.
const RARE: f64 = 700.0;
const FREQUENT: f64 = 950.0;
/// Over about this long the frequency is averaged.
const MEMORY: Duration = Duration::from_millis(200);

/// The frequency of messages, as batches tell it.
#[derive(Debug, Default)]
pub(super) struct Pace {
    per_second: f64,
    last: Option<Instant>,
}

impl Pace {
    /// A batch that writes so many messages begins now: how long until the next may.
    pub(super) fn after(&mut self, now: Instant, messages: usize) -> Duration {
        let passed = self
            .last
            .map_or(MEMORY, |last| now.saturating_duration_since(last));
        self.last = Some(now);
        // What came since the batch before, spread over the time that has passed; the older, the less it counts.
        let share = passed.as_secs_f64() / (passed + MEMORY).as_secs_f64();
        let seconds = passed.as_secs_f64().max(0.001);
        let messages = f64::from(u32::try_from(messages).unwrap_or(u32::MAX));
        self.per_second += (messages / seconds - self.per_second) * share;
        let frequent = ((self.per_second - RARE) / (FREQUENT - RARE)).clamp(0.0, 1.0);
        SHORTEST + LONGEST.saturating_sub(SHORTEST).mul_f64(frequent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages at an even frequency, as the task would see them; the last pace.
    fn pace_at(per_second: u32, seconds: u32) -> Duration {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        let end = now + Duration::from_secs(seconds.into());
        let mut owed = 0.0;
        let mut wait = SHORTEST;
        while now < end {
            owed += wait.as_secs_f64() * f64::from(per_second);
            let mut batch = 0;
            while owed >= 1.0 {
                owed -= 1.0;
                batch += 1;
            }
            if batch > 0 {
                wait = pace.after(now, batch);
            }
            now += wait;
        }
        wait
    }

    #[test]
    fn nobody_waits_for_company_that_does_not_come() {
        for rare in [1, 10, 100, 500] {
            assert_eq!(pace_at(rare, 20), SHORTEST, "{rare} a second");
        }
    }

    /// Where a thread is new to the node its message takes two batches, and is one message all the same.
    #[test]
    fn a_message_whose_thread_was_asked_for_is_one() {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        for _ in 0..5_000 {
            assert_eq!(pace.after(now, 0), SHORTEST);
            assert_eq!(pace.after(now + Duration::from_millis(1), 1), SHORTEST);
            now += Duration::from_millis(2);
        }
    }

    #[test]
    fn a_stream_of_messages_shares_its_transactions() {
        for frequent in [1_000, 2_000, 6_000] {
            let pace = pace_at(frequent, 5);
            assert!(pace > LONGEST.mul_f64(0.9), "{frequent} a second: {pace:?}");
        }
    }

    #[test]
    fn it_calms_down_when_they_cease() {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        for _ in 0..500 {
            now += Duration::from_millis(2);
            pace.after(now, 10);
        }
        assert_eq!(pace.after(now + Duration::from_millis(2), 10), LONGEST);
        now += Duration::from_secs(2);
        assert_eq!(pace.after(now, 1), SHORTEST);
    }
}
