//! Time and randomness, as use cases are handed them.

use jiff::Timestamp;
use orderline_domain::{clock::ClockPair, ids::NodeId};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};
use uuid::Uuid;

/// The time, in whole microseconds as storage keeps it. Tests move it by hand.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    /// Microseconds added to the system's clock.
    shift: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self {
            started: Instant::now(),
            shift: Arc::new(AtomicI64::new(0)),
        }
    }

    /// Now, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        let micros = Timestamp::now().as_microsecond() + self.shift.load(Ordering::Relaxed);
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// Both clocks of this process at once.
    pub fn pair(&self, node: NodeId) -> ClockPair {
        let shift = self.shift.load(Ordering::Relaxed) / 1000;
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        ClockPair {
            node,
            monotonic_ms: u64::try_from(passed.saturating_add(shift)).unwrap_or(0),
            wall: self.now(),
        }
    }

    /// Moves the clock forward, for rules that wait for minutes or days.
    pub fn advance(&self, by: std::time::Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.shift.fetch_add(micros, Ordering::Relaxed);
    }
}

/// Where ids, tokens and salts come from: the thread's cryptographic generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Any number.
    pub fn number(self) -> u64 {
        rand::random()
    }

    /// 32 bytes that nobody can guess.
    pub fn bytes32(self) -> [u8; 32] {
        rand::random()
    }

    /// A UUID of version 7: sorts by time.
    pub fn uuid(self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
    }
}
