//! Recordings while they are made: their epochs, tracks and segments.

pub mod access;
pub mod damage;
pub mod files;
pub mod kept;
pub mod voices;

use super::{StoreError, Tx, call::unsigned, commands::digest};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, NodeId, RecordingId, ThreadId, VendorId},
    recording::{Phase, Recording, StoredSegment},
};
use uuid::Uuid;

/// A recording about to begin.
#[derive(Debug)]
pub struct NewRecording<'a> {
    pub recording: RecordingId,
    pub vendor: VendorId,
    pub call: CallId,
    pub thread: ThreadId,
    pub wrapped_key: &'a [u8],
    pub at: Timestamp,
}

/// Opens a recording.
pub async fn open(tx: &mut Tx, new: &NewRecording<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO recordings (recording_id, vendor_id, call_id, thread_id, wrapped_key, phase, opened_at)
         VALUES ($1, $2, $3, $4, $5, 'recording', $6)",
        new.recording.as_uuid(),
        new.vendor.as_uuid(),
        new.call.as_uuid(),
        new.thread.as_uuid(),
        new.wrapped_key,
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The recording, if it is in scope.
pub async fn find(tx: &mut Tx, recording: RecordingId) -> Result<Option<Recording>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT recording_id, vendor_id, call_id, thread_id, wrapped_key, phase, started_at, closed_at,
                duration_ms, manifest_key
           FROM recordings WHERE recording_id = $1",
        recording.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Recording::try_from).transpose()
}

/// The recording, its row locked to the end of the transaction, if it is in scope.
pub async fn lock(tx: &mut Tx, recording: RecordingId) -> Result<Option<Recording>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT recording_id, vendor_id, call_id, thread_id, wrapped_key, phase, started_at, closed_at,
                duration_ms, manifest_key
           FROM recordings WHERE recording_id = $1 FOR NO KEY UPDATE",
        recording.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Recording::try_from).transpose()
}

/// This process begins to write an epoch of a recording.
pub async fn open_epoch(
    tx: &mut Tx,
    recording: &Recording,
    epoch: u32,
    node: NodeId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO recording_epochs (recording_id, epoch, vendor_id, node_id, opened_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (vendor_id, recording_id, epoch) DO NOTHING",
        recording.recording.as_uuid(),
        signed(epoch),
        recording.vendor.as_uuid(),
        node.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The recorder has written an epoch's last segment. Said again it changes nothing.
pub async fn close_epoch(
    tx: &mut Tx,
    recording: RecordingId,
    epoch: u32,
    segments: u32,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recording_epochs SET closed_at = $4, segments = $3
          WHERE recording_id = $1 AND epoch = $2 AND closed_at IS NULL",
        recording.as_uuid(),
        signed(epoch),
        signed(segments),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An epoch that was never closed, because its process died.
#[derive(Clone, Copy, Debug)]
pub struct OpenEpoch {
    pub recording: RecordingId,
    pub epoch: u32,
    /// How many of its segments are known.
    pub segments: u32,
}

/// The open epochs of these (dead) processes. For the jobs' role.
pub async fn orphaned_epochs(tx: &mut Tx, nodes: &[NodeId]) -> Result<Vec<OpenEpoch>, StoreError> {
    let nodes: Vec<Uuid> = nodes.iter().map(|node| node.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT e.recording_id, e.epoch,
                  (SELECT count(*)::int FROM recording_segments s
                    WHERE s.recording_id = e.recording_id AND s.epoch = e.epoch) AS "segments!"
             FROM recording_epochs e
            WHERE e.closed_at IS NULL AND e.node_id = ANY($1)"#,
        &nodes
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpenEpoch {
                recording: RecordingId::from_uuid(row.recording_id),
                epoch: unsigned("recording_epochs", "epoch", row.recording_id, row.epoch)?,
                segments: unsigned("recording_segments", "idx", row.recording_id, row.segments)?,
            })
        })
        .collect()
}

/// A track's first packet. `true` when it is the recording's first at all.
pub async fn note_track(
    tx: &mut Tx,
    recording: &Recording,
    seat: Seat,
    kind: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    sqlx::query!(
        "INSERT INTO recording_tracks (recording_id, seat, kind, vendor_id, started_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (vendor_id, recording_id, seat, kind) DO NOTHING",
        recording.recording.as_uuid(),
        i16::from(seat),
        kind,
        recording.vendor.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    let first = sqlx::query!(
        "UPDATE recordings SET started_at = $2 WHERE recording_id = $1 AND started_at IS NULL",
        recording.recording.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(first.rows_affected() == 1)
}

/// Recording is over: no epoch follows. `true` when it was open.
pub async fn close(tx: &mut Tx, recording: RecordingId, at: Timestamp) -> Result<bool, StoreError> {
    let closed = sqlx::query!(
        "UPDATE recordings SET closed_at = $2, phase = 'rendering'
          WHERE recording_id = $1 AND closed_at IS NULL",
        recording.as_uuid(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// A complete segment in a spool.
#[derive(Clone, Debug)]
pub struct NewSegment {
    pub recording: RecordingId,
    pub epoch: u32,
    pub index: u32,
    pub sha256: [u8; 32],
    pub bytes: u64,
    pub object_key: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// Registers a segment; known already, it stays as it is. Answers the vendor, or `None` when there is no such
/// recording. For the jobs' role.
pub async fn register_segment(
    tx: &mut Tx,
    new: &NewSegment,
    vendor: VendorId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO recording_segments (recording_id, epoch, idx, vendor_id, sha256, bytes, object_key,
                                         first_at, last_at, ready_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (vendor_id, recording_id, epoch, idx) DO NOTHING",
        new.recording.as_uuid(),
        signed(new.epoch),
        signed(new.index),
        vendor.as_uuid(),
        new.sha256.as_slice(),
        i64::try_from(new.bytes).unwrap_or(i64::MAX),
        new.object_key,
        new.first_at.to_sqlx(),
        new.last_at.to_sqlx(),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The store has confirmed a segment.
pub async fn segment_stored(
    tx: &mut Tx,
    recording: RecordingId,
    epoch: u32,
    index: u32,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recording_segments SET stored_at = coalesce(stored_at, $4), lost_at = NULL
          WHERE recording_id = $1 AND epoch = $2 AND idx = $3",
        recording.as_uuid(),
        signed(epoch),
        signed(index),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Segments of an epoch that were registered but neither stored nor found in the spool again: lost. `kept` are
/// the indices that the spool still has. Answers how many.
pub async fn mark_lost(
    tx: &mut Tx,
    recording: RecordingId,
    epoch: u32,
    kept: &[u32],
    at: Timestamp,
) -> Result<u64, StoreError> {
    let kept: Vec<i32> = kept.iter().map(|index| signed(*index)).collect();
    let done = sqlx::query!(
        "UPDATE recording_segments SET lost_at = $4
          WHERE recording_id = $1 AND epoch = $2 AND stored_at IS NULL AND lost_at IS NULL
            AND NOT (idx = ANY($3))",
        recording.as_uuid(),
        signed(epoch),
        &kept,
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Whether nothing more comes: the call is over, every epoch is closed, and each of its segments is stored or
/// known to be lost.
pub async fn is_complete(tx: &mut Tx, recording: RecordingId) -> Result<bool, StoreError> {
    let complete = sqlx::query_scalar!(
        r#"SELECT r.closed_at IS NOT NULL AND NOT EXISTS (
                     SELECT 1 FROM recording_epochs e
                      WHERE e.recording_id = r.recording_id
                        AND (e.closed_at IS NULL
                             OR e.segments > (SELECT count(*) FROM recording_segments s
                                               WHERE s.recording_id = e.recording_id
                                                 AND s.epoch = e.epoch
                                                 AND (s.stored_at IS NOT NULL OR s.lost_at IS NOT NULL))))
                  AS "complete!"
             FROM recordings r WHERE r.recording_id = $1"#,
        recording.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(complete.unwrap_or(false))
}

/// The stored segments that can be used, in order.
pub async fn stored_segments(
    tx: &mut Tx,
    recording: RecordingId,
) -> Result<Vec<StoredSegment>, StoreError> {
    let rows = sqlx::query!(
        "SELECT epoch, idx, sha256, object_key FROM recording_segments
          WHERE recording_id = $1 AND stored_at IS NOT NULL AND damage IS NULL ORDER BY epoch, idx",
        recording.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredSegment {
                epoch: unsigned("recording_segments", "epoch", recording, row.epoch)?,
                index: unsigned("recording_segments", "idx", recording, row.idx)?,
                sha256: digest("recording_segments", "sha256", recording, &row.sha256)?,
                object_key: row.object_key,
            })
        })
        .collect()
}

/// The last packet in any registered segment of this call.
pub async fn last_packet(tx: &mut Tx, call: CallId) -> Result<Option<Timestamp>, StoreError> {
    let at = sqlx::query_scalar!(
        "SELECT max(s.last_at) FROM recording_segments s JOIN recordings r USING (recording_id)
          WHERE r.call_id = $1",
        call.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Numbers that the database keeps signed; ours stay far below the limit.
pub(in crate::store) fn signed(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

struct Row {
    recording_id: Uuid,
    vendor_id: Uuid,
    call_id: Uuid,
    thread_id: Uuid,
    wrapped_key: Vec<u8>,
    phase: String,
    started_at: Option<jiff_sqlx::Timestamp>,
    closed_at: Option<jiff_sqlx::Timestamp>,
    duration_ms: Option<i64>,
    manifest_key: Option<String>,
}

impl TryFrom<Row> for Recording {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            recording: RecordingId::from_uuid(row.recording_id),
            vendor: VendorId::from_uuid(row.vendor_id),
            call: CallId::from_uuid(row.call_id),
            thread: ThreadId::from_uuid(row.thread_id),
            wrapped_key: row.wrapped_key,
            phase: phase(row.recording_id, &row.phase)?,
            started_at: row.started_at.map(jiff_sqlx::Timestamp::to_jiff),
            closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            duration_ms: row.duration_ms,
            manifest_key: row.manifest_key,
        })
    }
}

/// A phase column.
fn phase(row: Uuid, name: &str) -> Result<Phase, StoreError> {
    Phase::from_name(name)
        .ok_or_else(|| StoreError::corrupt("recordings", "phase", row, "no phase of that name"))
}
