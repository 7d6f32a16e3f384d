//! Recordings as those who review them see them.

use crate::{person::Person, thread::EventView};
use jiff::Timestamp;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, OrderId, RecordingId, ThreadId},
    recording::{Access, Damage, Found, Phase},
};
use serde::{Deserialize, Serialize};

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingPhase {
    /// The call runs.
    Recording,
    /// The call is over; segments are being stored or playable files made.
    Rendering,
    /// Stored and playable.
    Ready,
    /// Nothing was captured.
    Empty,
    /// The files could not be made; the captured segments are safe.
    Failed,
}

impl From<Phase> for RecordingPhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Recording => Self::Recording,
            Phase::Rendering => Self::Rendering,
            Phase::Ready => Self::Ready,
            Phase::Empty => Self::Empty,
            Phase::Failed => Self::Failed,
        }
    }
}

/// A line of the compliance list (B6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingRow {
    pub recording: RecordingId,
    pub call: CallId,
    pub thread: ThreadId,
    pub phase: RecordingPhase,
    pub seller: String,
    pub buyer: String,
    pub order: Option<OrderId>,
    pub order_number: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: Option<i64>,
    pub segments_stored: i64,
}

impl From<Found> for RecordingRow {
    fn from(found: Found) -> Self {
        Self {
            recording: found.recording,
            call: found.call,
            thread: found.thread,
            phase: found.phase.into(),
            seller: found.seller,
            buyer: found.buyer,
            order: found.order.map(|(order, _)| order),
            order_number: found.order.map(|(_, number)| number.to_string()),
            started_at: found.started_at,
            duration_ms: found.duration_ms,
            segments_stored: found.segments_stored,
        }
    }
}

/// A track of a recording that the page can play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackView {
    /// File name, such as `audio.webm` or `camera-0.webm`.
    pub name: String,
    /// `audio`, `camera` or `screen`.
    pub kind: String,
    /// `None` for the mixed sound.
    pub seat: Option<Seat>,
    pub mime: String,
    /// Where the file begins on the recording's timeline.
    pub start_ms: i64,
    pub duration_ms: i64,
    /// Relative URL that carries the logged access; supports Range.
    pub url: String,
}

/// An event of the thread as a point on the recording's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkView {
    pub at_ms: i64,
    pub event: EventView,
}

/// An open recording: everything needed to play it, after the access was logged with its reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayView {
    pub row: RecordingRow,
    pub tracks: Vec<TrackView>,
    pub marks: Vec<MarkView>,
    /// Peaks per 100 ms, one list a seat, 0 to 255.
    pub waveform: Vec<Vec<u8>>,
    /// Who had which seat in the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<(Seat, String)>,
    /// Stretches without packets, in milliseconds of the timeline.
    pub gaps: Vec<(i64, i64)>,
    /// What was captured and cannot be used any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageView>,
    /// The description of the files cannot be read: nothing is drawn, the sound plays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub description_lost: bool,
}

/// A stretch of a recording that was captured and cannot be used any more, in milliseconds of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamageView {
    pub from_ms: i64,
    pub to_ms: i64,
    pub damage: Damage,
}

/// A line of a recording's access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    pub at: Timestamp,
    pub who: Person,
    pub what: String,
    pub reason: String,
}

impl From<Access> for AccessView {
    fn from(access: Access) -> Self {
        Self {
            at: access.at,
            who: access.who.into(),
            what: access.what,
            reason: access.reason,
        }
    }
}
