//! What the recorder's thread hands to the thread that syncs.

use crate::SegmentInfo;
use orderline_domain::ids::{CallId, RecordingId};
use std::path::PathBuf;

/// A segment whose last byte is written but perhaps not on the disk.
#[derive(Debug)]
pub(crate) struct Segment {
    pub open_path: PathBuf,
    pub info: SegmentInfo,
}

/// In the order in which they are to be reported, each after the next sync.
#[derive(Debug)]
pub(crate) enum Job {
    Segment(Segment),
    Closed {
        call: CallId,
        recording: RecordingId,
        epoch: u32,
        segments: u32,
    },
}
