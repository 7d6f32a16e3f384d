//! The description of a rendered recording: what files there are, where each begins, what is missing.

use crate::{Codec, Micros, TrackKey, TrackKind};
use orderline_domain::call::seat::Seat;
use serde::{Deserialize, Serialize};

/// Name of the manifest among a recording's derived files.
pub const MANIFEST_NAME: &str = "manifest.json";
/// Name of the voices' file.
pub const AUDIO_NAME: &str = "audio.webm";
/// Length of one step of a waveform.
pub const WAVEFORM_STEP_MS: u32 = 100;

/// All times are milliseconds from the recording's start, unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub version: u32,
    pub recording: orderline_domain::ids::RecordingId,
    pub call: orderline_domain::ids::CallId,
    /// Arrival of the first packet, microseconds since the Unix epoch: zero of every other time here.
    pub start_micros: Micros,
    /// Wall time from the first packet to the end of the last.
    pub duration_ms: u64,
    pub tracks: Vec<TrackFile>,
    /// Where something was sent, or should have been, and is missing. Silence and a camera that is off are
    /// no gaps.
    pub gaps: Vec<Gap>,
    /// The recorder's runs, in order; more than one when a node restarted during the call.
    pub epochs: Vec<u32>,
    pub segments: Vec<SegmentEntry>,
    pub waveforms: Vec<Waveform>,
}

/// One playable file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackFile {
    pub name: String,
    /// Whose picture it is; none for the voices, which are all in one file.
    pub seat: Option<Seat>,
    pub kind: TrackKind,
    pub codec: Codec,
    pub mime: String,
    /// Where the file's zero lies. A player that shows several files together seeks each to its own time
    /// minus this.
    pub start_ms: u64,
    pub duration_ms: u64,
    pub bytes: u64,
    /// SHA-256 of the file before sealing, in hexadecimal.
    pub sha256: String,
    /// Pixels of the first picture.
    pub width: Option<u16>,
    pub height: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub track: TrackKey,
    pub from_ms: u64,
    pub to_ms: u64,
}

/// A segment that the files were made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentEntry {
    pub epoch: u32,
    pub index: u32,
    /// SHA-256 of the sealed file, in hexadecimal.
    pub sha256: String,
    /// `false` when a crash cut it and it was recovered.
    pub complete: bool,
}

/// Loudness of one voice over time, for drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waveform {
    pub seat: Seat,
    pub step_ms: u32,
    /// Peak of each step, 0 to 255 of full scale.
    pub peaks: Vec<u8>,
}

/// Name of a picture's file.
pub(crate) fn picture_name(track: TrackKey) -> String {
    let kind = match track.kind {
        TrackKind::Audio => "audio",
        TrackKind::Camera => "camera",
        TrackKind::Screen => "screen",
    };
    format!("seat{}-{kind}.webm", track.seat.0)
}
