//! Segments on their way from the spool into the store, and the moment when a recording is complete.

use crate::{
    blob::ObjectKey,
    failure::Failure,
    live::Env,
    store::{
        Tx, job_runs,
        jobs::{self, NewJob},
        recording::{self, NewSegment, damage},
    },
    usecase::JobCx,
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{NodeId, RecordingId, VendorId},
    recording::{Damage, Doubt, Recording},
};
use orderline_media::{Micros, SegmentInfo};

/// The kind of job that makes a recording's playable files.
pub const RENDER: &str = "render";

/// Registers a segment that lies complete in the spool, and names its object. `None`: nobody knows its
/// recording, and it stays where it is.
pub async fn register(
    cx: &mut JobCx<'_>,
    segment: &SegmentInfo,
) -> Result<Option<ObjectKey>, Failure> {
    let Some(recording) = recording::find(&mut cx.tx, segment.recording).await? else {
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
    recording::register_segment(&mut cx.tx, &new, recording.vendor, cx.now).await?;
    Ok(Some(key))
}

/// The store has confirmed a segment. Answers whether its recording is complete now.
pub async fn stored(cx: &mut JobCx<'_>, segment: &SegmentInfo) -> Result<bool, Failure> {
    let Some(recording) = recording::lock(&mut cx.tx, segment.recording).await? else {
        return Ok(false);
    };
    let now = cx.now;
    recording::segment_stored(
        &mut cx.tx,
        segment.recording,
        segment.epoch,
        segment.index,
        now,
    )
    .await?;
    let complete = enqueue_if_complete(cx.env, &mut cx.tx, &recording).await?;
    Ok(complete)
}

/// A segment cannot be stored and is given up. Answers whether its recording is complete now.
pub async fn given_up(cx: &mut JobCx<'_>, segment: &SegmentInfo) -> Result<bool, Failure> {
    let Some(recording) = recording::lock(&mut cx.tx, segment.recording).await? else {
        return Ok(false);
    };
    let lost = Doubt {
        epoch: segment.epoch,
        index: segment.index,
        damage: Damage::Lost,
    };
    damage::lose(&mut cx.tx, segment.recording, &lost, cx.now).await?;
    enqueue_if_complete(cx.env, &mut cx.tx, &recording).await
}

/// The recorder has written an epoch's last segment. Answers whether the recording is complete now.
pub async fn epoch_closed(
    cx: &mut JobCx<'_>,
    recording: RecordingId,
    epoch: u32,
    segments: u32,
) -> Result<bool, Failure> {
    let Some(record) = recording::lock(&mut cx.tx, recording).await? else {
        return Ok(false);
    };
    recording::close_epoch(&mut cx.tx, recording, epoch, segments, cx.now).await?;
    let complete = enqueue_if_complete(cx.env, &mut cx.tx, &record).await?;
    Ok(complete)
}

/// Closes an epoch whose process died: what its spool still holds (`kept`) is on its way, what it does not and
/// was never stored is lost. Answers how many are lost.
pub async fn epoch_orphaned(
    cx: &mut JobCx<'_>,
    epoch: &recording::OpenEpoch,
    kept: &[u32],
) -> Result<u64, Failure> {
    let Some(record) = recording::lock(&mut cx.tx, epoch.recording).await? else {
        return Ok(0);
    };
    let now = cx.now;
    let lost = recording::mark_lost(&mut cx.tx, epoch.recording, epoch.epoch, kept, now).await?;
    recording::close_epoch(
        &mut cx.tx,
        epoch.recording,
        epoch.epoch,
        epoch.segments,
        now,
    )
    .await?;
    enqueue_if_complete(cx.env, &mut cx.tx, &record).await?;
    Ok(lost)
}

/// The epochs that these dead processes left open; lets go of the jobs that they had taken.
pub async fn orphaned(
    cx: &mut JobCx<'_>,
    dead: &[NodeId],
) -> Result<Vec<recording::OpenEpoch>, Failure> {
    jobs::release(&mut cx.tx, dead).await?;
    job_runs::release(&mut cx.tx, dead).await?;
    let open = recording::orphaned_epochs(&mut cx.tx, dead).await?;
    Ok(open)
}

/// Writes the job that finalises a recording once nothing more comes. The caller has locked the recording, so
/// that the last two of its segments cannot miss each other.
pub async fn enqueue_if_complete(
    env: &Env,
    tx: &mut Tx,
    recording: &Recording,
) -> Result<bool, Failure> {
    if !recording.phase.takes_segments() || !recording::is_complete(tx, recording.recording).await?
    {
        return Ok(false);
    }
    let now = env.clock.now();
    enqueue(env, tx, recording.vendor, recording.recording, now).await?;
    Ok(true)
}

async fn enqueue(
    env: &Env,
    tx: &mut Tx,
    vendor: VendorId,
    recording: RecordingId,
    now: Timestamp,
) -> Result<(), Failure> {
    let new = NewJob {
        id: env.entropy.uuid(now),
        vendor: Some(vendor),
        kind: RENDER,
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
