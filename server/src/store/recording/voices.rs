//! What is stored of a thread's latest recorded call, as the contract gate wants it.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::seat::Seat,
    ids::{ParticipantId, RecordingId, ThreadId},
    order::contract_gate::{Leg, Part, Recorded, Voice},
};
use uuid::Uuid;

/// The latest recording of this thread that began before `at`.
pub async fn latest(
    tx: &mut Tx,
    thread: ThreadId,
    at: Timestamp,
) -> Result<Option<Recorded>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT r.recording_id, r.call_id, r.opened_at, r.started_at, r.closed_at, c.state = 'active' AS "active!",
                  EXISTS (SELECT FROM recording_epochs e
                           WHERE e.recording_id = r.recording_id AND e.closed_at IS NULL) AS "writing!"
             FROM recordings r JOIN calls c USING (call_id)
            WHERE r.thread_id = $1 AND r.opened_at <= $2
            ORDER BY r.opened_at DESC LIMIT 1"#,
        thread.as_uuid(),
        at.to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Recorded {
        recording: RecordingId::from_uuid(row.recording_id),
        opened_at: row.opened_at.to_jiff(),
        started_at: row.started_at.map(jiff_sqlx::Timestamp::to_jiff),
        closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
        call_active: row.active,
        still_writing: row.writing,
        spans: spans(tx, row.recording_id).await?,
        voices: voices(tx, row.recording_id).await?,
        parts: parts(tx, row.recording_id).await?,
        legs: legs(tx, row.call_id).await?,
    }))
}

async fn spans(tx: &mut Tx, recording: Uuid) -> Result<Vec<Timestamp>, StoreError> {
    let rows = sqlx::query!(
        "SELECT started_at FROM call_spans WHERE recording_id = $1",
        recording
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| row.started_at.to_jiff())
        .collect())
}

async fn voices(tx: &mut Tx, recording: Uuid) -> Result<Vec<Voice>, StoreError> {
    let rows = sqlx::query!(
        "SELECT seat, started_at FROM recording_tracks WHERE recording_id = $1 AND kind = 'audio'",
        recording
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let seat = Seat::try_from(row.seat).map_err(|error| {
                StoreError::corrupt("recording_tracks", "seat", recording, error)
            })?;
            Ok(Voice {
                seat,
                since: row.started_at.to_jiff(),
            })
        })
        .collect()
}

async fn parts(tx: &mut Tx, recording: Uuid) -> Result<Vec<Part>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT min(first_at) AS "first_at!", max(last_at) AS "last_at!" FROM recording_segments
            WHERE recording_id = $1 GROUP BY epoch ORDER BY epoch"#,
        recording
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Part {
            first_at: row.first_at.to_jiff(),
            last_at: row.last_at.to_jiff(),
        })
        .collect())
}

async fn legs(tx: &mut Tx, call: Uuid) -> Result<Vec<Leg>, StoreError> {
    let rows = sqlx::query!(
        "SELECT participant_id, opened_at, connected_at, last_packet_at FROM call_legs
          WHERE call_id = $1 AND route = 'relay'",
        call
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Leg {
            participant: ParticipantId::from_uuid(row.participant_id),
            opened_at: row.opened_at.to_jiff(),
            connected_at: row.connected_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_packet_at: row.last_packet_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}
