//! What becomes of a recording whose files were made, or cannot be.

use crate::{
    failure::Failure,
    store::{
        jobs,
        recording::{
            self, damage,
            files::{self, Ready},
        },
    },
    usecase::JobCx,
};
use jiff::Timestamp;
use orderline_domain::{
    ids::RecordingId,
    job::{DAMAGED, Taken},
    recording::{Doubt, Recording, RenderedFile, StoredSegment},
    thread::EventBody,
};
use orderline_protocol::problem::Code;
use std::time::Duration;

/// A recording and what of it can be used.
pub struct Loaded {
    pub record: Recording,
    /// In order.
    pub stored: Vec<StoredSegment>,
    /// When the first of the segments was recorded that cannot be used any more, if there are any.
    pub first_damaged: Option<Timestamp>,
}

/// The recording of a job and its stored segments.
pub async fn load(cx: &mut JobCx<'_>, recording: RecordingId) -> Result<Option<Loaded>, Failure> {
    let Some(record) = recording::find(&mut cx.tx, recording).await? else {
        return Ok(None);
    };
    let stored = recording::stored_segments(&mut cx.tx, recording).await?;
    let damaged = damage::of_recording(&mut cx.tx, recording).await?;
    Ok(Some(Loaded {
        record,
        stored,
        first_damaged: damaged.iter().map(|it| it.first_at).min(),
    }))
}

/// Notes doubts. Answers when it is tried again: after a wait while any may still be dispelled, else at once, without
/// these segments.
pub async fn doubted(
    cx: &mut JobCx<'_>,
    recording: RecordingId,
    doubts: &[Doubt],
) -> Result<Duration, Failure> {
    let mut pause = None;
    for doubt in doubts {
        let times = damage::doubt(&mut cx.tx, recording, doubt).await?;
        // Whole as it was recorded, and yet not to be read: reading it again changes nothing.
        let wait = if doubt.damage.may_pass() {
            DAMAGED.next(times, cx.env.entropy.number())
        } else {
            None
        };
        if let Some(wait) = wait {
            pause = pause.max(Some(wait));
            continue;
        }
        tracing::error!(recording.id = %recording, doubt.epoch, doubt.index, damage = doubt.damage.name(),
            "a stored segment is damaged; its recording is rendered without it");
        metrics::counter!("orderline_segments_damaged_total").increment(1);
        damage::mark(&mut cx.tx, recording, doubt).await?;
    }
    Ok(pause.unwrap_or_default())
}

/// The files that were made.
#[derive(Debug)]
pub struct Made {
    pub started_at: Timestamp,
    pub duration_ms: u64,
    pub manifest_key: String,
    pub files: Vec<RenderedFile>,
}

/// Saves the files, says in the thread that the recording is stored, and ends the job: all at once, so that a
/// repetition finds it done.
pub async fn ready(
    cx: &mut JobCx<'_>,
    job: &Taken,
    recording: &Recording,
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

/// Nothing was captured.
pub async fn empty(cx: &mut JobCx<'_>, job: &Taken, recording: RecordingId) -> Result<(), Failure> {
    files::unplayable(&mut cx.tx, recording, true).await?;
    Ok(jobs::finish(&mut cx.tx, job.id).await?)
}

/// Nothing can be made of what was captured. It is kept, and an admin may have it tried again.
pub async fn failed(cx: &mut JobCx<'_>, job: &Taken, why: &str) -> Result<(), Failure> {
    let recording = RecordingId::from_uuid(job.subject);
    files::unplayable(&mut cx.tx, recording, false).await?;
    Ok(jobs::fail(&mut cx.tx, job.id, cx.now, why, true).await?)
}
