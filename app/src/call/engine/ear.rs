//! Whether a connection that the browser still takes for good has died: nothing at all comes over it any more, not
//! even an answer to its own checks. Browsers say so seconds later. Pure.

/// A browser checks a good connection every two and a half seconds, and an answer takes its time.
pub const DEAD_AFTER_MS: u64 = 3_000;

/// Listens to one connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ear {
    /// What had come, and when that was seen first.
    came: Option<(u64, u64)>,
    quiet: bool,
}

impl Ear {
    /// Takes the count of everything that came, `None` where the browser does not count its checks; says whether the
    /// connection is dead.
    pub fn take(&mut self, now: u64, count: Option<u64>) -> bool {
        let Some(count) = count else {
            *self = Self::default();
            return false;
        };
        match self.came {
            Some((before, since)) if before == count => {
                self.quiet = true;
                now.saturating_sub(since) >= DEAD_AFTER_MS
            }
            _ => {
                self.came = Some((count, now));
                self.quiet = false;
                false
            }
        }
    }

    /// Whether nothing had come at the last look, so that the next one should be soon.
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x1_a_connection_is_dead_once_nothing_has_come_for_longer_than_between_two_checks() {
        let mut ear = Ear::default();
        assert!(!ear.take(0, Some(5)));
        assert!(!ear.is_quiet());
        assert!(!ear.take(DEAD_AFTER_MS - 1, Some(5)));
        assert!(ear.is_quiet());
        assert!(ear.take(DEAD_AFTER_MS, Some(5)));
        assert!(!ear.take(DEAD_AFTER_MS + 1, Some(6)), "it came back");
        assert!(!ear.take(2 * DEAD_AFTER_MS, Some(6)));
    }

    #[test]
    fn where_checks_are_not_counted_nothing_is_concluded() {
        let mut ear = Ear::default();
        for now in [0, DEAD_AFTER_MS, 10 * DEAD_AFTER_MS] {
            assert!(!ear.take(now, None));
        }
    }
}
