//! How a participant's line was, as their page measured it.

use crate::call::seat::Seat;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Per thousand.
const ALL: u16 = 1_000;
/// Ten minutes; a longer time is nonsense.
const MAX_MS: u32 = 600_000;

/// The line in one word.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum LineLevel {
    #[default]
    Good,
    /// Noticeable, yet one can talk.
    Weak,
    /// Hard to understand.
    Bad,
}

impl LineLevel {
    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Weak => "weak",
            Self::Bad => "bad",
        }
    }

    /// The level of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Good, Self::Weak, Self::Bad]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// What a page measured over some seconds. A number that it could not know is 0, or absent where 0 says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    pub level: LineLevel,
    /// Packets that did not arrive here, per thousand.
    pub loss_in: u16,
    /// Packets that did not arrive at the other end, per thousand, as that end reports.
    pub loss_out: u16,
    /// Sound that had to be made up here, per thousand.
    pub concealed: u16,
    pub rtt_ms: u32,
    pub jitter_ms: u32,
    /// Bits per second that came in and went out.
    pub bits_in: u32,
    pub bits_out: u32,
    /// What the browser believed it could send, in bits per second.
    pub available_out: Option<u32>,
    /// For how long the other side's picture stood still, in milliseconds.
    pub frozen_ms: u32,
    /// The own picture was made smaller or paused so that the sound got through.
    pub picture_held: bool,
}

impl Sample {
    /// A page may say anything; what cannot be is cut.
    #[must_use]
    pub fn plausible(self) -> Self {
        let bits = |bits: u32| bits.min(i32::MAX.unsigned_abs());
        Self {
            loss_in: self.loss_in.min(ALL),
            loss_out: self.loss_out.min(ALL),
            concealed: self.concealed.min(ALL),
            rtt_ms: self.rtt_ms.min(MAX_MS),
            jitter_ms: self.jitter_ms.min(MAX_MS),
            frozen_ms: self.frozen_ms.min(MAX_MS),
            bits_in: bits(self.bits_in),
            bits_out: bits(self.bits_out),
            available_out: self.available_out.map(bits),
            ..self
        }
    }
}

/// A sample with its place in the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub at: Timestamp,
    pub seat: Seat,
    pub sample: Sample,
}
