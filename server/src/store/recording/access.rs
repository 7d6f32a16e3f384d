//! Recordings as compliance staff find them, and the log of who opened which.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons, recording::phase},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{CallId, OrderId, RecordingId, ThreadId, UserId, VendorId},
    people::{person::Person, roles::Role},
    recording::{Access, Found, Search},
};
use uuid::Uuid;

/// A page of the recordings that fit, newest first.
pub async fn search(
    tx: &mut Tx,
    search: &Search,
    wanted: &Wanted,
) -> Result<Part<Found>, StoreError> {
    let text = search.text.as_deref().map(like);
    let rows = sqlx::query!(
        r#"SELECT r.recording_id, r.call_id, r.thread_id, r.phase, r.duration_ms,
                  coalesce(r.started_at, r.opened_at) AS "started_at!",
                  sellers.names AS "seller!", coalesce(customer.name, buyer.name) AS "buyer!",
                  o.order_id AS "order_id?", o.number AS "number?",
                  (SELECT count(*) FROM recording_segments s
                    WHERE s.recording_id = r.recording_id AND s.stored_at IS NOT NULL) AS "stored!"
             FROM recordings r
             JOIN calls c USING (call_id)
             JOIN vendors v ON v.vendor_id = r.vendor_id
             JOIN threads t ON t.thread_id = r.thread_id
             -- Whoever spoke for the seller while it was made.
             JOIN LATERAL (
                  SELECT coalesce(string_agg(u.name, ', ' ORDER BY p.seat), '') AS names
                    FROM call_participants p JOIN people u USING (user_id)
                   WHERE p.call_id = r.call_id AND p.seat <> 1
                     AND coalesce(p.joined_at, '-infinity') <= coalesce(r.closed_at, 'infinity')
                     AND coalesce(p.left_at, 'infinity') >= r.opened_at
             ) sellers ON true
             JOIN people buyer ON buyer.user_id = c.callee_id
             LEFT JOIN customers customer ON customer.vendor_id = r.vendor_id AND customer.user_id = c.callee_id
             LEFT JOIN LATERAL (
                  SELECT order_id, number FROM orders o
                   WHERE o.thread_id = r.thread_id
                   ORDER BY (o.recording_id IS NOT DISTINCT FROM r.recording_id) DESC, o.number DESC LIMIT 1
             ) o ON true
            WHERE ($1::uuid IS NULL OR r.recording_id = $1)
              AND ($2::text IS NULL OR o.number::text = $2)
              AND ($3::date IS NULL OR coalesce(r.started_at, r.opened_at)
                       >= $3::date::timestamp AT TIME ZONE v.time_zone)
              AND ($4::date IS NULL OR coalesce(r.started_at, r.opened_at)
                       < ($4::date + 1)::timestamp AT TIME ZONE v.time_zone)
              AND ($5::text IS NULL OR sellers.names ILIKE $5 OR coalesce(customer.name, buyer.name) ILIKE $5
                   OR t.title ILIKE $5)
              AND ($6::timestamptz IS NULL
                   OR (coalesce(r.started_at, r.opened_at), r.recording_id) < ($6, $7::uuid))
            ORDER BY coalesce(r.started_at, r.opened_at) DESC, r.recording_id DESC LIMIT $8"#,
        search.recording.map(RecordingId::as_uuid),
        search.order_number,
        search.from.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        search.to.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        text,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows(),
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.started_at.to_jiff(), row.recording_id)
    });
    rows.try_map(|row| {
        Ok(Found {
            recording: RecordingId::from_uuid(row.recording_id),
            call: CallId::from_uuid(row.call_id),
            thread: ThreadId::from_uuid(row.thread_id),
            phase: phase(row.recording_id, &row.phase)?,
            seller: row.seller,
            buyer: row.buyer,
            order: row.order_id.map(OrderId::from_uuid).zip(row.number),
            started_at: row.started_at.to_jiff(),
            duration_ms: row.duration_ms,
            segments_stored: row.stored,
        })
    })
}

/// A line about to be written.
#[derive(Debug)]
pub struct NewAccess<'a> {
    pub id: Uuid,
    pub vendor: VendorId,
    pub recording: RecordingId,
    pub user: UserId,
    pub role: Role,
    /// The opening that a fetch belongs to.
    pub play: Option<Uuid>,
    pub at: Timestamp,
    pub what: &'a str,
    pub reason: &'a str,
}

/// Writes a line.
pub async fn log(tx: &mut Tx, new: &NewAccess<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO access_log (access_id, vendor_id, recording_id, user_id, play_id, at, what, reason, role)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id,
        new.vendor.as_uuid(),
        new.recording.as_uuid(),
        new.user.as_uuid(),
        new.play,
        new.at.to_sqlx(),
        new.what,
        new.reason,
        new.role.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The reason of an opening that this person made of this recording since then, and whether `what` was fetched
/// under it already.
pub async fn opening(
    tx: &mut Tx,
    play: Uuid,
    recording: RecordingId,
    user: UserId,
    since: Timestamp,
    what: &str,
) -> Result<Option<(String, bool)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT a.reason,
                  EXISTS (SELECT 1 FROM access_log f WHERE f.play_id = a.access_id AND f.what = $5) AS "known!"
             FROM access_log a
            WHERE a.access_id = $1 AND a.recording_id = $2 AND a.user_id = $3 AND a.play_id IS NULL
              AND a.at > $4"#,
        play,
        recording.as_uuid(),
        user.as_uuid(),
        since.to_sqlx(),
        what,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.reason, row.known)))
}

/// A page of a recording's log, newest first.
pub async fn lines(
    tx: &mut Tx,
    recording: RecordingId,
    wanted: &Wanted,
) -> Result<Part<Access>, StoreError> {
    let rows = sqlx::query!(
        "SELECT a.access_id, a.at, a.what, a.reason, u.user_id, u.name, a.role
           FROM access_log a JOIN people u USING (user_id)
          WHERE a.recording_id = $1 AND ($2::timestamptz IS NULL OR (a.at, a.access_id) < ($2, $3::uuid))
          ORDER BY a.at DESC, a.access_id DESC LIMIT $4",
        recording.as_uuid(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows(),
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.at.to_jiff(), row.access_id));
    rows.try_map(|row| {
        Ok(Access {
            at: row.at.to_jiff(),
            who: Person {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
                role: persons::role("access_log", row.access_id, &row.role)?,
            },
            what: row.what,
            reason: row.reason,
        })
    })
}

/// A text as a pattern that it is part of.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
