//! Segments of a recording that were captured and cannot be used any more.

use super::signed;
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::RecordingId,
    recording::{Damage, DamagedSegment, Doubt},
};

/// Most segments that are read of one recording.
const MAX_LISTED: i64 = 1_000;

/// Notes that a segment could not be used; answers how often that was so. For the jobs' role.
pub async fn doubt(tx: &mut Tx, recording: RecordingId, doubt: &Doubt) -> Result<u32, StoreError> {
    let doubts = sqlx::query_scalar!(
        "UPDATE recording_segments SET doubts = doubts + 1
          WHERE recording_id = $1 AND epoch = $2 AND idx = $3 RETURNING doubts",
        recording.as_uuid(),
        signed(doubt.epoch),
        signed(doubt.index),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(doubts.map_or(u32::MAX, i32::unsigned_abs))
}

/// The segment counts as damaged from now on. For the jobs' role.
pub async fn mark(tx: &mut Tx, recording: RecordingId, doubt: &Doubt) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recording_segments SET damage = $4 WHERE recording_id = $1 AND epoch = $2 AND idx = $3",
        recording.as_uuid(),
        signed(doubt.epoch),
        signed(doubt.index),
        doubt.damage.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Every segment of a recording is looked at anew.
pub async fn forgive(tx: &mut Tx, recording: RecordingId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recording_segments SET damage = NULL, doubts = 0 WHERE recording_id = $1 AND doubts > 0",
        recording.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A segment is given up that cannot be stored. For the jobs' role.
pub async fn lose(
    tx: &mut Tx,
    recording: RecordingId,
    segment: &Doubt,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recording_segments SET lost_at = $4
          WHERE recording_id = $1 AND epoch = $2 AND idx = $3 AND stored_at IS NULL",
        recording.as_uuid(),
        signed(segment.epoch),
        signed(segment.index),
        at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What of a recording cannot be used, in order.
pub async fn of_recording(
    tx: &mut Tx,
    recording: RecordingId,
) -> Result<Vec<DamagedSegment>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT coalesce(damage, 'lost') AS "damage!", first_at, last_at FROM recording_segments
            WHERE recording_id = $1 AND (damage IS NOT NULL OR lost_at IS NOT NULL)
            ORDER BY epoch, idx LIMIT $2"#,
        recording.as_uuid(),
        MAX_LISTED,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DamagedSegment {
                damage: Damage::from_name(&row.damage).ok_or_else(|| {
                    StoreError::corrupt("recording_segments", "damage", recording, &row.damage)
                })?,
                first_at: row.first_at.to_jiff(),
                last_at: row.last_at.to_jiff(),
            })
        })
        .collect()
}
