//! What the recorder has heard of a thread's latest call.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::{RecordingId, ThreadId};

/// The latest recorded call of a thread, as far as its voices go.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    pub recording: RecordingId,
    /// It is being made, and both sides are connected just now.
    pub running: bool,
    /// When the media of both sides had moved to the recorded way.
    pub moved_at: Option<Timestamp>,
    pub recorded_from: Option<Timestamp>,
    pub seller_since: Option<Timestamp>,
    pub buyer_since: Option<Timestamp>,
    /// Everything up to here is in a segment, or about to be.
    pub kept_up_to: Option<Timestamp>,
    /// The longest stretch without a side's connection, or between two processes' parts of the recording.
    pub longest_gap_ms: u32,
}

/// The latest recording of this thread that began before `at`.
pub async fn latest(
    tx: &mut Tx,
    thread: ThreadId,
    at: Timestamp,
) -> Result<Option<Heard>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT r.recording_id, c.state = 'active' AND r.closed_at IS NULL AS "running!", r.started_at,
                  (SELECT min(p.started_at) FROM call_spans p
                    WHERE p.recording_id = r.recording_id) AS moved_at,
                  (SELECT min(t.started_at) FROM recording_tracks t
                    WHERE t.recording_id = r.recording_id AND t.seat <> 1 AND t.kind = 'audio') AS seller_since,
                  (SELECT t.started_at FROM recording_tracks t
                    WHERE t.recording_id = r.recording_id AND t.seat = 1 AND t.kind = 'audio') AS buyer_since,
                  -- What a recorder that was told to close still writes is on its way.
                  coalesce((SELECT r.closed_at FROM recording_epochs e
                             WHERE e.recording_id = r.recording_id AND e.closed_at IS NULL LIMIT 1),
                           (SELECT max(s.last_at) FROM recording_segments s
                             WHERE s.recording_id = r.recording_id)) AS kept_up_to,
                  greatest(
                      (SELECT max(gap) FROM (
                          SELECT extract(epoch FROM min(s.first_at)
                                     - lag(max(s.last_at)) OVER (ORDER BY s.epoch)) * 1000 AS gap
                            FROM recording_segments s WHERE s.recording_id = r.recording_id
                           GROUP BY s.epoch) epochs),
                      (SELECT max(gap) FROM (
                          SELECT extract(epoch FROM l.connected_at
                                     - lag(l.last_packet_at) OVER (PARTITION BY l.participant_id
                                                                   ORDER BY l.opened_at)) * 1000 AS gap
                            FROM call_legs l
                           WHERE l.call_id = c.call_id AND l.route = 'relay'
                             AND coalesce(l.last_packet_at, 'infinity') >= r.opened_at) legs),
                      0)::bigint AS "gap_ms!"
             FROM recordings r JOIN calls c USING (call_id)
            WHERE r.thread_id = $1 AND r.opened_at <= $2
            ORDER BY r.opened_at DESC LIMIT 1"#,
        thread.as_uuid(),
        at.to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Heard {
        recording: RecordingId::from_uuid(row.recording_id),
        running: row.running,
        moved_at: row.moved_at.map(jiff_sqlx::Timestamp::to_jiff),
        recorded_from: row.started_at.map(jiff_sqlx::Timestamp::to_jiff),
        seller_since: row.seller_since.map(jiff_sqlx::Timestamp::to_jiff),
        buyer_since: row.buyer_since.map(jiff_sqlx::Timestamp::to_jiff),
        kept_up_to: row.kept_up_to.map(jiff_sqlx::Timestamp::to_jiff),
        longest_gap_ms: u32::try_from(row.gap_ms.max(0)).unwrap_or(u32::MAX),
    }))
}
