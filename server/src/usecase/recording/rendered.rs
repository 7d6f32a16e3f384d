//! What becomes of a recording whose files were made, or cannot be.

use crate::{
    failure::Failure,
    store::{
        jobs,
        recording::{
            self,
            files::{self, Ready},
        },
    },
    usecase::{JobCx, recording::segments::FINALISE},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{ids::RecordingId, thread::EventBody};
use orderline_protocol::problem::Code;

pub use crate::store::{
    jobs::Job,
    recording::{RecordingRecord, StoredSegment, files::FileRecord},
};

/// How long another node leaves a taken job alone.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// The longest wait between two attempts.
const MAX_PAUSE_SECONDS: i64 = 60;

/// Takes the next recording that is to be finalised.
pub async fn take(cx: &mut JobCx<'_>) -> Result<Option<Job>, Failure> {
    let now = cx.now;
    let job = jobs::take(&mut cx.tx, FINALISE, cx.env.node, now, now + LEASE).await?;
    Ok(job)
}

/// The recording of a job and its stored segments, in order.
pub async fn load(
    cx: &mut JobCx<'_>,
    recording: RecordingId,
) -> Result<Option<(RecordingRecord, Vec<StoredSegment>)>, Failure> {
    let Some(record) = recording::find(&mut cx.tx, recording).await? else {
        return Ok(None);
    };
    let segments = recording::stored_segments(&mut cx.tx, recording).await?;
    Ok(Some((record, segments)))
}

/// The files that were made.
#[derive(Debug)]
pub struct Made {
    pub started_at: Timestamp,
    pub duration_ms: u64,
    pub manifest_key: String,
    pub files: Vec<FileRecord>,
}

/// Saves the files, says in the thread that the recording is stored, and ends the job: all at once, so that a
/// repetition finds it done.
pub async fn ready(
    cx: &mut JobCx<'_>,
    job: &Job,
    recording: &RecordingRecord,
    made: &Made,
) -> Result<(), Failure> {
    let id = recording.recording;
    recording::lock(&mut cx.tx, id)
        .await?
        .ok_or(Code::NotFound)?;
    let now = cx.now;
    let new = Ready {
        started_at: made.started_at,
        duration_ms: i64::try_from(made.duration_ms).unwrap_or(i64::MAX),
        manifest_key: &made.manifest_key,
        at: now,
    };
    if files::ready(&mut cx.tx, id, &new).await? {
        for file in &made.files {
            files::put(&mut cx.tx, recording.vendor, id, file).await?;
        }
        let body = EventBody::RecordingStored {
            call: recording.call,
            recording: id,
            duration_ms: made.duration_ms,
        };
        cx.tell_as_system(recording.thread, &body).await?;
    }
    jobs::finish(&mut cx.tx, job.id).await?;
    Ok(())
}

/// Nothing can be made of it: nothing was captured (`empty`), or its segments cannot be read. They are kept.
pub async fn unplayable(
    cx: &mut JobCx<'_>,
    job: &Job,
    recording: RecordingId,
    empty: bool,
) -> Result<(), Failure> {
    files::unplayable(&mut cx.tx, recording, empty).await?;
    jobs::finish(&mut cx.tx, job.id).await?;
    Ok(())
}

/// Tries again later: after 1, 2, 4 … seconds, at most a minute.
pub async fn postpone(cx: &mut JobCx<'_>, job: &Job, error: &str) -> Result<(), Failure> {
    let doublings = u32::try_from(job.attempts.clamp(1, 7) - 1).unwrap_or(0);
    let pause = SignedDuration::from_secs((1_i64 << doublings).min(MAX_PAUSE_SECONDS));
    jobs::postpone(&mut cx.tx, job.id, cx.now + pause, error).await?;
    Ok(())
}
