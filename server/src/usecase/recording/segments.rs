//! Segments on their way from the spool into the store, and the moment when a recording is complete.

use crate::{
    app::App,
    blob::ObjectKey,
    store::{
        Tx,
        jobs::{self, NewJob},
        recording::{self, NewSegment, RecordingRecord},
    },
    usecase::Failure,
};
use jiff::Timestamp;
use orderline_domain::ids::{NodeId, RecordingId, VendorId};
use orderline_media::{Micros, SegmentInfo};

/// The kind of job that makes a recording's playable files.
pub const FINALISE: &str = "finalise";

/// Registers a segment that lies complete in the spool, and names its object. `None`: nobody knows its
/// recording, and it stays where it is.
pub async fn register(app: &App, segment: &SegmentInfo) -> Result<Option<ObjectKey>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let Some(recording) = recording::find(&mut tx, segment.recording).await? else {
        return Ok(None);
    };
    let key = ObjectKey::segment(
        recording.vendor,
        segment.recording,
        segment.epoch,
        segment.index,
    );
    let new = NewSegment {
        recording: segment.recording,
        epoch: segment.epoch,
        index: segment.index,
        sha256: segment.sha256,
        bytes: segment.bytes,
        object_key: key.to_string(),
        first_at: wall(segment.first_at),
        last_at: wall(segment.last_at),
    };
    recording::register_segment(&mut tx, &new, recording.vendor, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(key))
}

/// The store has confirmed a segment. Answers whether its recording is complete now.
pub async fn stored(app: &App, segment: &SegmentInfo) -> Result<bool, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let Some(recording) = recording::lock(&mut tx, segment.recording).await? else {
        return Ok(false);
    };
    let now = app.clock.now();
    recording::segment_stored(
        &mut tx,
        segment.recording,
        segment.epoch,
        segment.index,
        now,
    )
    .await?;
    let complete = enqueue_if_complete(app, &mut tx, &recording).await?;
    tx.commit().await?;
    Ok(complete)
}

/// The recorder has written an epoch's last segment. Answers whether the recording is complete now.
pub async fn epoch_closed(
    app: &App,
    recording: RecordingId,
    epoch: u32,
    segments: u32,
) -> Result<bool, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let Some(record) = recording::lock(&mut tx, recording).await? else {
        return Ok(false);
    };
    recording::close_epoch(&mut tx, recording, epoch, segments, app.clock.now()).await?;
    let complete = enqueue_if_complete(app, &mut tx, &record).await?;
    tx.commit().await?;
    Ok(complete)
}

/// Closes an epoch whose process died: what its spool still holds (`kept`) is on its way, what it does not and
/// was never stored is lost. Answers how many are lost.
pub async fn epoch_orphaned(
    app: &App,
    epoch: &recording::OpenEpoch,
    kept: &[u32],
) -> Result<u64, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let Some(record) = recording::lock(&mut tx, epoch.recording).await? else {
        return Ok(0);
    };
    let now = app.clock.now();
    let lost = recording::mark_lost(&mut tx, epoch.recording, epoch.epoch, kept, now).await?;
    recording::close_epoch(&mut tx, epoch.recording, epoch.epoch, epoch.segments, now).await?;
    enqueue_if_complete(app, &mut tx, &record).await?;
    tx.commit().await?;
    Ok(lost)
}

/// The epochs that these dead processes left open; lets go of the jobs that they had taken.
pub async fn orphaned(app: &App, dead: &[NodeId]) -> Result<Vec<recording::OpenEpoch>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    jobs::release(&mut tx, dead).await?;
    let open = recording::orphaned_epochs(&mut tx, dead).await?;
    tx.commit().await?;
    Ok(open)
}

/// Writes the job that finalises a recording once nothing more comes. The caller has locked the recording, so
/// that the last two of its segments cannot miss each other.
pub async fn enqueue_if_complete(
    app: &App,
    tx: &mut Tx,
    recording: &RecordingRecord,
) -> Result<bool, Failure> {
    if !matches!(recording.phase.as_str(), "recording" | "finalising")
        || !recording::is_complete(tx, recording.recording).await?
    {
        return Ok(false);
    }
    let now = app.clock.now();
    enqueue(app, tx, recording.vendor, recording.recording, now).await?;
    Ok(true)
}

async fn enqueue(
    app: &App,
    tx: &mut Tx,
    vendor: VendorId,
    recording: RecordingId,
    now: Timestamp,
) -> Result<(), Failure> {
    let new = NewJob {
        id: app.entropy.uuid(now),
        vendor,
        kind: FINALISE,
        subject: recording.as_uuid(),
        run_at: now,
    };
    Ok(jobs::enqueue(tx, &new).await?)
}

/// A moment of the media side as wall time.
pub fn wall(at: Micros) -> Timestamp {
    i64::try_from(at)
        .ok()
        .and_then(|at| Timestamp::from_microsecond(at).ok())
        .unwrap_or(Timestamp::MAX)
}
