//! Two clocks read together. Durations come from the monotonic one, so that a step of the wall clock in the
//! middle of a call moves neither its length nor its end.

use crate::ids::NodeId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// One moment on both clocks of one server process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockPair {
    /// The process whose monotonic clock was read; readings of two processes cannot be compared.
    pub node: NodeId,
    /// Milliseconds on the process's monotonic clock.
    pub monotonic_ms: u64,
    pub wall: Timestamp,
}

impl ClockPair {
    /// Milliseconds from `earlier` to this moment, never below zero: monotonic within one process, by the
    /// wall clock across a restart.
    pub fn ms_since(&self, earlier: &Self) -> u64 {
        if self.node == earlier.node {
            return self.monotonic_ms.saturating_sub(earlier.monotonic_ms);
        }
        u64::try_from(self.wall.duration_since(earlier.wall).as_millis()).unwrap_or(0)
    }

    /// The wall time of this moment as seen from `earlier`: its wall time plus the time that truly passed.
    pub fn wall_from(&self, earlier: &Self) -> Timestamp {
        let passed = i64::try_from(self.ms_since(earlier)).unwrap_or(i64::MAX);
        earlier
            .wall
            .saturating_add(SignedDuration::from_millis(passed))
            .unwrap_or(Timestamp::MAX)
    }
}
