//! How often a socket may do something.

/// So many at once, and so many a second after that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub burst: u32,
    pub per_second: u32,
}

/// A token bucket on a clock of milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    limit: Limit,
    /// Thousandths of a token.
    level: u64,
    at: u64,
}

impl Bucket {
    /// A bucket that nothing was taken from.
    pub(super) fn full(limit: Limit, now: u64) -> Self {
        Self {
            limit,
            level: u64::from(limit.burst) * 1000,
            at: now,
        }
    }

    /// Takes one; `false` when there is none.
    pub(super) fn take(&mut self, now: u64) -> bool {
        let passed = now.saturating_sub(self.at);
        self.at = self.at.max(now);
        let gained = passed.saturating_mul(u64::from(self.limit.per_second));
        let most = u64::from(self.limit.burst) * 1000;
        self.level = self.level.saturating_add(gained).min(most);
        if self.level < 1000 {
            return false;
        }
        self.level -= 1000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_a_rate() {
        let limit = Limit {
            burst: 3,
            per_second: 2,
        };
        let mut bucket = Bucket::full(limit, 0);
        assert!(bucket.take(0) && bucket.take(0) && bucket.take(0));
        assert!(!bucket.take(0));
        assert!(!bucket.take(499));
        assert!(bucket.take(500));
        assert!(!bucket.take(500));
        // A long pause fills it no higher than the burst.
        assert!(bucket.take(1_000_000) && bucket.take(1_000_000) && bucket.take(1_000_000));
        assert!(!bucket.take(1_000_000));
    }
}
