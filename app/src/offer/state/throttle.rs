//! How often a draft is sent while it is typed: at most every [`EVERY_MS`], and the last state always.

/// The shortest time between two sendings, in milliseconds.
pub const EVERY_MS: u64 = 100;

/// When a draft was sent last, and whether it changed since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    sent_at: Option<u64>,
    /// A later sending was asked for and has not come.
    scheduled: bool,
}

/// What to do with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    Now,
    /// After so many milliseconds; then ask [`Throttle::due`].
    After(u64),
    /// A later sending, already asked for, takes it along.
    Scheduled,
}

impl Throttle {
    /// The draft changed at `now` (milliseconds of a steady clock).
    pub fn changed(&mut self, now: u64) -> Sending {
        if self.scheduled {
            return Sending::Scheduled;
        }
        let passed = self
            .sent_at
            .map_or(EVERY_MS, |sent| now.saturating_sub(sent));
        if passed >= EVERY_MS {
            self.sent_at = Some(now);
            Sending::Now
        } else {
            self.scheduled = true;
            Sending::After(EVERY_MS - passed)
        }
    }

    /// The scheduled time has come: send what there is.
    pub fn due(&mut self, now: u64) {
        self.scheduled = false;
        self.sent_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the typing's rhythm, the last change is sent, and never two within the time.
        #[test]
        fn the_last_change_is_always_sent(gaps in prop::collection::vec(0_u64..300, 1..60)) {
            let mut throttle = Throttle::default();
            let (mut now, mut version, mut sent) = (0, 0, Vec::new());
            let mut due = None;
            for gap in gaps {
                now += gap;
                if let Some(at) = due.filter(|at| *at <= now) {
                    throttle.due(at);
                    sent.push((at, version));
                    due = None;
                }
                version += 1;
                match throttle.changed(now) {
                    Sending::Now => sent.push((now, version)),
                    Sending::After(wait) => due = Some(now + wait),
                    Sending::Scheduled => prop_assert!(due.is_some()),
                }
            }
            if let Some(at) = due {
                sent.push((at, version));
            }
            prop_assert_eq!(sent.last().map(|(_, version)| *version), Some(version));
            prop_assert!(sent.windows(2).all(|pair| pair[1].0 - pair[0].0 >= EVERY_MS));
        }
    }
}
