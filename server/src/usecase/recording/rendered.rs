//! What becomes of a recording whose files were made, or cannot be.

use crate::{
    app::App,
    store::{
        jobs,
        recording::{
            self,
            files::{self, Ready},
        },
        thread::events::{NewEvent, append_event},
    },
    usecase::{Failure, Outcome, command},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    ids::RecordingId,
    thread::{Author, EventBody},
};
use orderline_protocol::{problem::Code, socket::CommandResult};

use super::segments::FINALISE;

pub use crate::store::{
    jobs::Job,
    recording::{RecordingRecord, StoredSegment, files::FileRecord},
};

/// How long another node leaves a taken job alone.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// The longest wait between two attempts.
const MAX_PAUSE_SECONDS: i64 = 60;

/// Takes the next recording that is to be finalised.
pub async fn take(app: &App) -> Result<Option<Job>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let now = app.clock.now();
    let job = jobs::take(&mut tx, FINALISE, app.node, now, now + LEASE).await?;
    tx.commit().await?;
    Ok(job)
}

/// The recording of a job and its stored segments, in order.
pub async fn load(
    app: &App,
    recording: RecordingId,
) -> Result<Option<(RecordingRecord, Vec<StoredSegment>)>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let Some(record) = recording::find(&mut tx, recording).await? else {
        return Ok(None);
    };
    let segments = recording::stored_segments(&mut tx, recording).await?;
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
    app: &App,
    job: &Job,
    recording: &RecordingRecord,
    made: &Made,
) -> Result<(), Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let id = recording.recording;
    recording::lock(&mut tx, id).await?.ok_or(Code::NotFound)?;
    let now = app.clock.now();
    let new = Ready {
        started_at: made.started_at,
        duration_ms: i64::try_from(made.duration_ms).unwrap_or(i64::MAX),
        manifest_key: &made.manifest_key,
        at: now,
    };
    let mut events = Vec::new();
    if files::ready(&mut tx, id, &new).await? {
        for file in &made.files {
            files::put(&mut tx, recording.vendor, id, file).await?;
        }
        let body = EventBody::RecordingStored {
            call: recording.call,
            recording: id,
            duration_ms: made.duration_ms,
        };
        let event = NewEvent {
            thread: recording.thread,
            author: Author::System,
            command: None,
            at: now,
            salt: app.entropy.bytes32(),
            body: &body,
        };
        events.push(append_event(&mut tx, event).await?);
    }
    jobs::finish(&mut tx, job.id).await?;
    tx.commit().await?;
    let nothing = CommandResult::Failed {
        problem: Code::NotFound.into(),
    };
    command::finish(
        app,
        &Outcome {
            events,
            ..Outcome::of(nothing)
        },
    );
    Ok(())
}

/// Nothing can be made of it: nothing was captured (`empty`), or its segments cannot be read. They are kept.
pub async fn unplayable(
    app: &App,
    job: &Job,
    recording: RecordingId,
    empty: bool,
) -> Result<(), Failure> {
    let mut tx = app.store.begin_jobs().await?;
    files::unplayable(&mut tx, recording, empty).await?;
    jobs::finish(&mut tx, job.id).await?;
    Ok(tx.commit().await?)
}

/// Tries again later: after 1, 2, 4 … seconds, at most a minute.
pub async fn postpone(app: &App, job: &Job, error: &str) -> Result<(), Failure> {
    let doublings = u32::try_from(job.attempts.clamp(1, 7) - 1).unwrap_or(0);
    let pause = SignedDuration::from_secs((1_i64 << doublings).min(MAX_PAUSE_SECONDS));
    let mut tx = app.store.begin_jobs().await?;
    jobs::postpone(&mut tx, job.id, app.clock.now() + pause, error).await?;
    Ok(tx.commit().await?)
}
