//! What was made of a recording: its playable files, and how far it is.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::seat::Seat,
    ids::{RecordingId, VendorId},
    recording::RenderedFile,
};

/// Writes a file's row; the last attempt's files replace an earlier one's.
pub async fn put(
    tx: &mut Tx,
    vendor: VendorId,
    recording: RecordingId,
    file: &RenderedFile,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO recording_files (recording_id, name, vendor_id, kind, seat, mime, start_ms, duration_ms,
                                      bytes, sha256, object_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (vendor_id, recording_id, name) DO UPDATE
            SET kind = $4, seat = $5, mime = $6, start_ms = $7, duration_ms = $8, bytes = $9, sha256 = $10,
                object_key = $11",
        recording.as_uuid(),
        file.name,
        vendor.as_uuid(),
        file.kind,
        file.seat.map(i16::from),
        file.mime,
        file.start_ms,
        file.duration_ms,
        i64::try_from(file.bytes).unwrap_or(i64::MAX),
        file.sha256.as_slice(),
        file.object_key,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The files of a recording, sound first.
pub async fn all(tx: &mut Tx, recording: RecordingId) -> Result<Vec<RenderedFile>, StoreError> {
    let rows = sqlx::query!(
        "SELECT name, kind, seat, mime, start_ms, duration_ms, bytes, sha256, object_key
           FROM recording_files WHERE recording_id = $1
          ORDER BY (kind <> 'audio'), seat, kind, name",
        recording.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = |column, what: String| {
                StoreError::corrupt(
                    "recording_files",
                    column,
                    format!("{recording}/{}", row.name),
                    what,
                )
            };
            let seat = row.seat.map(Seat::try_from).transpose();
            Ok(RenderedFile {
                seat: seat.map_err(|e| corrupt("seat", e.to_string()))?,
                bytes: u64::try_from(row.bytes).map_err(|e| corrupt("bytes", e.to_string()))?,
                sha256: row
                    .sha256
                    .as_slice()
                    .try_into()
                    .map_err(|_| corrupt("sha256", "not 32 bytes".to_owned()))?,
                name: row.name,
                kind: row.kind,
                mime: row.mime,
                start_ms: row.start_ms,
                duration_ms: row.duration_ms,
                object_key: row.object_key,
            })
        })
        .collect()
}

/// The files are there.
#[derive(Debug)]
pub struct Ready<'a> {
    pub started_at: Timestamp,
    pub duration_ms: i64,
    pub manifest_key: &'a str,
    pub at: Timestamp,
}

/// The recording can be played. `false`: it could before.
pub async fn ready(
    tx: &mut Tx,
    recording: RecordingId,
    ready: &Ready<'_>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE recordings
            SET phase = 'ready', started_at = $2, duration_ms = $3, manifest_key = $4, ready_at = $5
          WHERE recording_id = $1 AND phase <> 'ready'",
        recording.as_uuid(),
        ready.started_at.to_sqlx(),
        ready.duration_ms,
        ready.manifest_key,
        ready.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nothing can be played: `empty` when nothing was captured, else `failed`.
pub async fn unplayable(
    tx: &mut Tx,
    recording: RecordingId,
    empty: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recordings SET phase = CASE WHEN $2 THEN 'empty' ELSE 'failed' END
          WHERE recording_id = $1 AND phase <> 'ready'",
        recording.as_uuid(),
        empty,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A recording that could not be rendered is about to be tried once more.
pub async fn again(tx: &mut Tx, recording: RecordingId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE recordings SET phase = 'rendering' WHERE recording_id = $1 AND phase = 'failed'",
        recording.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
