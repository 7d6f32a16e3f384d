//! How a participant's line is, as their page measures it.

use jiff::Timestamp;
use orderline_domain::{
    call::{
        quality::{LineLevel, Point, Sample},
        seat::Seat,
    },
    ids::CallId,
};
use serde::{Deserialize, Serialize};

/// What a page measured over the last seconds. A number that it cannot know is 0, or absent where 0 says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualitySample {
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
    /// What the browser believes it could send, in bits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_out: Option<u32>,
    /// For how long the other side's picture stood still, in milliseconds.
    pub frozen_ms: u32,
    /// The own picture is made smaller or paused so that the sound gets through.
    pub picture_held: bool,
}

impl From<QualitySample> for Sample {
    fn from(sample: QualitySample) -> Self {
        Self {
            level: sample.level,
            loss_in: sample.loss_in,
            loss_out: sample.loss_out,
            concealed: sample.concealed,
            rtt_ms: sample.rtt_ms,
            jitter_ms: sample.jitter_ms,
            bits_in: sample.bits_in,
            bits_out: sample.bits_out,
            available_out: sample.available_out,
            frozen_ms: sample.frozen_ms,
            picture_held: sample.picture_held,
        }
    }
}

impl From<Sample> for QualitySample {
    fn from(sample: Sample) -> Self {
        Self {
            level: sample.level,
            loss_in: sample.loss_in,
            loss_out: sample.loss_out,
            concealed: sample.concealed,
            rtt_ms: sample.rtt_ms,
            jitter_ms: sample.jitter_ms,
            bits_in: sample.bits_in,
            bits_out: sample.bits_out,
            available_out: sample.available_out,
            frozen_ms: sample.frozen_ms,
            picture_held: sample.picture_held,
        }
    }
}

/// A sample with its place in the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityPoint {
    pub at: Timestamp,
    pub seat: Seat,
    pub sample: QualitySample,
}

impl From<Point> for QualityPoint {
    fn from(point: Point) -> Self {
        Self {
            at: point.at,
            seat: point.seat,
            sample: point.sample.into(),
        }
    }
}

/// `GET /api/calls/{call}/quality`: the timeline of a call's lines, oldest first, at most 5,000 points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallQuality {
    pub call: CallId,
    /// Names by seat.
    pub people: Vec<(Seat, String)>,
    pub points: Vec<QualityPoint>,
}
