//! From sealed segments to playable files, a waveform and a manifest. Runs as a job, outside the call's path.
//!
//! [`render`] reads the segments once, in order, and writes all files as it goes: its memory does not grow
//! with the call's length, apart from cues, gaps and waveforms.
//!
//! - `unseal`: a segment's content
//! - `timeline`: packets in order, at their places
//! - `sync`: a picture beside its sender's voice
//! - `voice`, `mixer`, `audio`: the voices' file
//! - `picture`: a camera's or screen's file
//! - `webm`: the container
//! - `build`: all of it together; `ports`: where it reads and writes
//! - `sealed`: the form in which derived files are stored

mod audio;
mod build;
mod manifest;
mod mixer;
mod picture;
mod ports;
pub mod sealed;
mod sync;
mod timeline;
mod unseal;
mod voice;
mod webm;

pub use build::render;
pub use manifest::{
    AUDIO_NAME, Gap, MANIFEST_NAME, Manifest, SegmentEntry, TrackFile, WAVEFORM_STEP_MS, Waveform,
};
pub use ports::{Outputs, RenderError, SegmentSource};
pub use unseal::{Segment, UnsealError, unseal_segment};
