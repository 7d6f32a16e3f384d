//! Who wants to be woken when.

use foldhash::HashMap;
use orderline_domain::ids::{CallId, LegId};
use std::{collections::BTreeSet, time::Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Timer {
    Leg(LegId),
    Call(CallId),
}

/// At most one moment per timer.
#[derive(Default)]
pub(super) struct Deadlines {
    ordered: BTreeSet<(Instant, Timer)>,
    current: HashMap<Timer, Instant>,
}

impl Deadlines {
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.current.insert(timer, at),
            None => self.current.remove(&timer),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.ordered.remove(&(before, timer));
        }
        if let Some(at) = at {
            self.ordered.insert((at, timer));
        }
    }

    /// Wakes the timer no later than `at`. One that wakes too early finds nothing to do and is set anew; that
    /// is cheaper than to move it with every packet.
    pub(crate) fn set_no_later(&mut self, timer: Timer, at: Option<Instant>) {
        let Some(at) = at else { return };
        if self.current.get(&timer).is_none_or(|current| *current > at) {
            self.set(timer, Some(at));
        }
    }

    pub(crate) fn first(&self) -> Option<Instant> {
        self.ordered.first().map(|(at, _)| *at)
    }

    /// The next timer whose moment has come; it is then unset.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Timer> {
        let (at, timer) = *self.ordered.first()?;
        if at > now {
            return None;
        }
        self.ordered.pop_first();
        self.current.remove(&timer);
        Some(timer)
    }
}
