//! How far a recording is, in words.

use crate::locale::t;
use orderline_protocol::recording::RecordingPhase;

/// What the phase is called.
pub fn phase_name(phase: RecordingPhase) -> String {
    t(match phase {
        RecordingPhase::Recording => "recording.phase.recording",
        RecordingPhase::Rendering => "recording.phase.rendering",
        RecordingPhase::Ready => "recording.phase.ready",
        RecordingPhase::Empty => "recording.phase.empty",
        RecordingPhase::Failed => "recording.phase.failed",
    })
}

/// The phase's look.
pub const fn phase_class(phase: RecordingPhase) -> &'static str {
    match phase {
        RecordingPhase::Recording => "pill rec",
        RecordingPhase::Ready => "pill private",
        RecordingPhase::Rendering | RecordingPhase::Empty => "pill",
        RecordingPhase::Failed => "pill warn",
    }
}
