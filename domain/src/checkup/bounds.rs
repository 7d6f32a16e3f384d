//! What is still good.

use super::{Finding, Part, Symptom};
use jiff::{SignedDuration, Timestamp};

/// Oldest major version of Postgres that the migrations run on.
pub const LEAST_POSTGRES: i32 = 15;
/// How far our clock may be from the storage's: signed requests are refused beyond a quarter of an hour, and TURN's
/// credentials end after ten minutes.
pub const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);
/// How long one look at a part may take.
pub const LOOK: std::time::Duration = std::time::Duration::from_secs(10);

/// How much room the folders must have, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskBounds {
    /// Below it, it is time to make room.
    pub low: u64,
    /// Below it, what is written next may fail.
    pub least: u64,
}

/// Bytes of a mebibyte.
const MIB: u64 = 1024 * 1024;

impl Default for DiskBounds {
    fn default() -> Self {
        Self {
            low: 5 * 1024 * MIB,
            least: 1024 * MIB,
        }
    }
}

impl DiskBounds {
    /// What so much free space in this folder means.
    pub fn judge(&self, folder: &str, free: u64) -> Finding {
        let (symptom, wanted) = if free < self.least {
            (Symptom::DiskFull, self.least)
        } else if free < self.low {
            (Symptom::DiskLow, self.low)
        } else {
            (Symptom::DiskGood, self.low)
        };
        Finding::new(Part::Disk, symptom)
            .with("folder", &folder)
            .with("free", &(free / MIB))
            .with("least", &(wanted / MIB))
    }
}

/// What the difference between our clock and the storage's means.
pub fn judge_clock(ours: Timestamp, theirs: Timestamp) -> Finding {
    let skew = ours.duration_since(theirs).abs();
    let symptom = if skew > MAX_CLOCK_SKEW {
        Symptom::ClockOff
    } else {
        Symptom::ClockGood
    };
    Finding::new(Part::Clock, symptom)
        .with("seconds", &skew.as_secs())
        .with("most", &MAX_CLOCK_SKEW.as_secs())
}
