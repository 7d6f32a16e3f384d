//! Every bound of the recorder, in one place.

use std::time::Duration;

/// Largest RTP payload that is recorded, in bytes; a longer one is counted as lost.
pub const MAX_PAYLOAD: usize = 16 * 1024;
/// Plaintext of one sealed frame, in bytes.
pub const MAX_FRAME: usize = 64 * 1024;
/// Length of a segment.
pub const SEGMENT_LENGTH: Duration = Duration::from_secs(4);
/// What a killed process can lose.
pub const FLUSH_INTERVAL: Duration = Duration::from_millis(250);
/// What a power cut can lose, besides the flush interval.
pub const SYNC_INTERVAL: Duration = Duration::from_millis(500);
/// How often the recorder looks into the tap's queue. Looking beats waking: a tap costs the relay no
/// system call.
pub const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Packets between the relay and the recorder, for the whole node.
pub const TAP_QUEUE: usize = 32 * 1024;
/// RTP streams (SSRCs) of one recording and epoch; every reload of a page brings three.
pub const MAX_TRACKS: usize = 512;
/// Requests for key frames waiting for the relay, per call.
pub const KEYFRAME_QUEUE: usize = 64;
/// Finished segments that wait for the next sync.
pub const JOB_QUEUE: usize = 8 * 1024;
/// Events that wait because the receiver's queue is full.
pub const OUTBOX: usize = 8 * 1024;
/// Sealed bytes per call that wait because the disk refuses them.
pub const MAX_UNWRITTEN: usize = 8 * 1024 * 1024;
/// Free space on the spool's file system under which the operator is told, in bytes.
pub const SPOOL_MIN_FREE: u64 = 1024 * 1024 * 1024;
/// Bytes in the spool over which the operator is told.
pub const SPOOL_MAX_BYTES: u64 = 20 * 1024 * 1024 * 1024;
/// How often the space is looked at.
pub const SPACE_INTERVAL: Duration = Duration::from_secs(10);
/// Age, in microseconds of arrival time, after which a missing packet counts as lost for good: on a long way even the
/// third request for it has been answered by then.
pub const REORDER_WINDOW: u64 = 1_000_000;
/// Packets after which a missing one counts as lost for good.
pub const REORDER_PACKETS: u64 = 512;
/// How far back duplicates are recognised and late packets still taken, in packets.
pub const HISTORY: u64 = 1024;
/// A request for a key frame is repeated after this many microseconds while none came.
pub const KEYFRAME_RETRY: u64 = 1_000_000;
/// A key frame is wished for when the last is this many microseconds old, so that a recording can be sought (ADR 13) …
pub const KEYFRAME_MAX_AGE: u64 = 10_000_000;
/// … and asked for, whatever it costs those who look, when it is this old.
pub const KEYFRAME_AT_LAST: u64 = 60_000_000;
