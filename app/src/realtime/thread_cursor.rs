//! Where the client stands in one thread: what it holds, and what came too early.

use orderline_domain::ids::ThreadId;
use orderline_protocol::{socket::Cursor, thread::EventView};
use std::collections::BTreeMap;

/// Events kept that came ahead of a gap, per thread.
pub const MAX_AHEAD: usize = 128;
/// How long to wait for a gap to be filled before asking again, in milliseconds.
pub const ASK_AGAIN_MS: u64 = 3_000;
/// Fruitless questions after which the thread is fetched anew.
pub const MAX_ASKS: u32 = 4;

/// The cursor of one thread, with the events that wait for a gap to close.
#[derive(Debug, Default)]
pub struct ThreadCursor {
    /// The last event held without a gap before it; 0 for none.
    have: i64,
    /// The version of the state that is held; 0 for none.
    state: i64,
    /// The highest event that was ever seen.
    seen: i64,
    ahead: BTreeMap<i64, EventView>,
    /// The snapshot is being fetched: nothing is asked for until [`Self::rebase`].
    stale: bool,
    asked_at: Option<u64>,
    asks: u32,
}

/// What an event led to.
#[derive(Debug, Default, PartialEq)]
pub struct Taken {
    /// Events to hand on, in order.
    pub ready: Vec<EventView>,
    /// Whether to ask the server for what comes after what is held.
    pub ask: bool,
}

impl ThreadCursor {
    /// A cursor that holds everything up to `have`, and this version of the state.
    pub fn at(have: i64, state: i64) -> Self {
        Self {
            have,
            state,
            seen: have,
            ..Self::default()
        }
    }

    /// What is held of the thread, as the server is told.
    pub const fn of(&self, thread: ThreadId) -> Cursor {
        Cursor {
            thread,
            seq: self.have,
            state: self.state,
        }
    }

    /// A state came.
    pub fn take_state(&mut self, version: i64) {
        self.state = self.state.max(version);
    }

    /// Takes an event that arrived at `now` (milliseconds of any steady clock).
    pub fn take(&mut self, now: u64, event: EventView) -> Taken {
        self.seen = self.seen.max(event.seq);
        if event.seq <= self.have {
            return Taken::default();
        }
        self.ahead.insert(event.seq, event);
        if self.ahead.len() > MAX_AHEAD {
            self.ahead.pop_last();
        }
        let ready = self.drain();
        if !ready.is_empty() {
            self.asks = 0;
        }
        let ask = self.must_ask(now);
        Taken { ready, ask }
    }

    /// Whether it is time to ask (again) for what is missing; counts as asked when it says yes.
    pub fn must_ask(&mut self, now: u64) -> bool {
        if self.stale || self.have >= self.seen {
            self.asked_at = None;
            return false;
        }
        if self
            .asked_at
            .is_some_and(|at| now.saturating_sub(at) < ASK_AGAIN_MS)
        {
            return false;
        }
        self.asked_at = Some(now);
        self.asks += 1;
        true
    }

    /// Whether asking does not help, so that the thread should be fetched anew.
    pub const fn hopeless(&self) -> bool {
        self.asks > MAX_ASKS && !self.stale
    }

    /// A new connection replays from `have` by itself; what was asked on the old one is void.
    pub fn reconnected(&mut self) {
        self.asked_at = None;
        self.asks = 0;
    }

    /// The thread is being fetched anew; events wait until [`Self::rebase`].
    pub fn reset(&mut self) {
        self.stale = true;
        self.asks = 0;
        self.asked_at = None;
    }

    /// The thread was fetched: its events up to `seq`, its state at `version`. Gives what had waited after it.
    pub fn rebase(&mut self, seq: i64, version: i64) -> Vec<EventView> {
        self.stale = false;
        self.take_state(version);
        self.have = self.have.max(seq);
        self.seen = self.seen.max(self.have);
        self.ahead = self.ahead.split_off(&(self.have + 1));
        self.drain()
    }

    fn drain(&mut self) -> Vec<EventView> {
        let mut ready = Vec::new();
        if self.stale {
            return ready;
        }
        while let Some(event) = self.ahead.remove(&(self.have + 1)) {
            self.have += 1;
            ready.push(event);
        }
        ready
    }
}
