//! Requests that were refused for want of rights, until they are written: counted here so that none waits for the database.

use orderline_domain::people::refusal::{Line, MAX_WAITING};
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What waits to be written. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Arc<Mutex<HashMap<Line, i64>>>);

impl Refusals {
    /// Counts one; beyond [`MAX_WAITING`] lines it is lost.
    pub fn note(&self, line: Line) {
        let mut waiting = self.waiting();
        if waiting.len() < MAX_WAITING || waiting.contains_key(&line) {
            *waiting.entry(line).or_default() += 1;
        }
    }

    /// All that was counted since the last time.
    pub fn take(&self) -> HashMap<Line, i64> {
        mem::take(&mut *self.waiting())
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Line, i64>> {
        // A panic inside one of these short sections leaves the counts as they were.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use orderline_domain::people::refusal::Refused;
    use std::net::{IpAddr, Ipv4Addr};

    fn line(n: usize) -> Line {
        let [.., a, b] = n.to_be_bytes();
        Line {
            hour: Timestamp::UNIX_EPOCH,
            user: None,
            from: IpAddr::V4(Ipv4Addr::new(10, 0, a, b)),
            refused: Refused::Hidden,
        }
    }

    #[test]
    fn the_same_is_counted_and_the_lines_are_bounded() {
        let refusals = Refusals::default();
        for n in 0..MAX_WAITING + 5 {
            refusals.note(line(n));
            refusals.note(line(0));
        }
        let taken = refusals.take();
        assert_eq!(taken.len(), MAX_WAITING);
        assert_eq!(taken[&line(1)], 1);
        assert!(taken[&line(0)] > 5);
        assert!(refusals.take().is_empty());
    }
}
