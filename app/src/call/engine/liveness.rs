//! Detects a dead connection before the browser does: no inbound bytes, and no answers to its STUN checks, for 3 s.
//! Pure.

/// A browser sends STUN checks every two and a half seconds, and an answer takes an RTT.
pub const DEAD_AFTER_MS: u64 = 3_000;

/// Watches the inbound counters of one connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadPeerDetector {
    /// The last count, and when it was seen first.
    last: Option<(u64, u64)>,
    quiet: bool,
}

impl DeadPeerDetector {
    /// Takes the count of everything received, `None` where the browser does not count its checks; answers whether the
    /// connection is dead.
    pub fn update(&mut self, now: u64, count: Option<u64>) -> bool {
        let Some(count) = count else {
            *self = Self::default();
            return false;
        };
        match self.last {
            Some((before, since)) if before == count => {
                self.quiet = true;
                now.saturating_sub(since) >= DEAD_AFTER_MS
            }
            _ => {
                self.last = Some((count, now));
                self.quiet = false;
                false
            }
        }
    }

    /// Whether nothing was received at the last update, so that the next one should be soon.
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_dead_once_nothing_has_come_for_longer_than_between_two_checks() {
        let mut detector = DeadPeerDetector::default();
        assert!(!detector.update(0, Some(5)));
        assert!(!detector.is_quiet());
        assert!(!detector.update(DEAD_AFTER_MS - 1, Some(5)));
        assert!(detector.is_quiet());
        assert!(detector.update(DEAD_AFTER_MS, Some(5)));
        assert!(!detector.update(DEAD_AFTER_MS + 1, Some(6)), "it came back");
        assert!(!detector.update(2 * DEAD_AFTER_MS, Some(6)));
    }

    #[test]
    fn where_checks_are_not_counted_nothing_is_concluded() {
        let mut detector = DeadPeerDetector::default();
        for now in [0, DEAD_AFTER_MS, 10 * DEAD_AFTER_MS] {
            assert!(!detector.update(now, None));
        }
    }
}
