//! How much a viewer's way can carry, judged by the loss that it reports. Its publishers are told, since
//! nothing else tells them about the way behind the relay.

use std::time::{Duration, Instant};

/// How often a judgement is made and told.
pub const INTERVAL: Duration = Duration::from_secs(1);
/// Bits per second: sound and a small picture always fit.
pub const FLOOR: u64 = 150_000;
/// Bits per second: a sharp screen and a face.
pub const CEILING: u64 = 6_000_000;
/// Lost parts of 256, as receiver reports count them: above a tenth the way is too full …
const TOO_MUCH: u8 = 26;
/// … and below a fiftieth it may take more. Between, repair copes.
const LITTLE: u8 = 5;
/// Headers below the payload: IP, UDP, RTP and SRTP's tag.
const OVERHEAD: u64 = 50;

/// One viewer's way.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    cap: u64,
    sent: u64,
    since: Instant,
    worst: u8,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self {
            cap: CEILING,
            sent: 0,
            since: now,
            worst: 0,
        }
    }

    /// A packet with so many bytes of payload went to the viewer.
    pub fn sent(&mut self, payload: usize) {
        self.sent += payload as u64 + OVERHEAD;
    }

    /// The viewer reports that so many of 256 packets did not come.
    pub fn lost(&mut self, of_256: u8) {
        self.worst = self.worst.max(of_256);
    }

    /// Judges the time since the last judgement; bits per second.
    pub fn judge(&mut self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.since).as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX).max(1);
        let rate = self.sent * 8 * 1_000 / millis;
        if self.worst > TOO_MUCH {
            self.cap = self.cap.min(rate) * 85 / 100;
        } else if self.worst < LITTLE {
            self.cap = self.cap * 108 / 100;
        }
        self.cap = self.cap.clamp(FLOOR, CEILING);
        (self.sent, self.since, self.worst) = (0, now, 0);
        self.cap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of a stream of so many bytes a second over a way with so much loss; the last judgement.
    fn after(pace: &mut Pace, now: &mut Instant, seconds: u32, bytes: usize, of_256: u8) -> u64 {
        let mut cap = 0;
        for _ in 0..seconds {
            for _ in 0..100 {
                pace.sent(bytes / 100);
            }
            pace.lost(of_256);
            *now += INTERVAL;
            cap = pace.judge(*now);
        }
        cap
    }

    #[test]
    fn a_full_way_narrows_and_a_free_one_widens() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        assert_eq!(after(&mut pace, &mut now, 3, 200_000, 3), CEILING);
        // 200 kB and their headers a second are 1.64 Mbit/s.
        assert_eq!(after(&mut pace, &mut now, 1, 200_000, 60), 1_394_000);
        assert_eq!(after(&mut pace, &mut now, 9, 200_000, 15), 1_394_000);
        assert_eq!(after(&mut pace, &mut now, 60, 200_000, 60), FLOOR);
        assert_eq!(after(&mut pace, &mut now, 60, 200_000, 0), CEILING);
    }
}
