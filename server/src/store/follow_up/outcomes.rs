//! What sellers noted after calls: every version stays.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    follow_up::outcome::{Noted, NotedCall, NotedVersion, Outcome},
    ids::{CallId, ThreadId, UserId, VendorId},
    people::person::Person,
    text::OutcomeNote,
};
use uuid::Uuid;

/// The constraint that a version is written once.
pub const VERSION_ONCE: &str = "call_outcomes_pkey";

/// A version about to be written.
#[derive(Debug)]
pub struct NewOutcome<'a> {
    pub call: CallId,
    pub vendor: VendorId,
    pub version: i64,
    pub noted: &'a Noted,
    pub by: UserId,
    pub at: Timestamp,
}

/// Writes a version; one that is there already fails by [`VERSION_ONCE`].
pub async fn insert(tx: &mut Tx, new: &NewOutcome<'_>) -> Result<(), StoreError> {
    let outcome = serde_json::to_value(new.noted.outcome)
        .map_err(|e| StoreError::corrupt("call_outcomes", "outcome", new.call, e))?;
    sqlx::query!(
        "INSERT INTO call_outcomes (call_id, version, vendor_id, outcome, note, noted_by, noted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.call.as_uuid(),
        new.version,
        new.vendor.as_uuid(),
        outcome,
        new.noted.note.as_ref().map(OutcomeNote::as_str),
        new.by.as_uuid(),
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The number of the last version of a call; 0 before the first.
pub async fn last_version(tx: &mut Tx, call: CallId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT coalesce(max(version), 0) AS "version!" FROM call_outcomes WHERE call_id = $1"#,
        call.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// A page of the calls of a thread in which the two spoke, the newest first, with what was noted after each.
pub async fn of_thread(
    tx: &mut Tx,
    thread: ThreadId,
    wanted: &Wanted,
) -> Result<Part<NotedCall>, StoreError> {
    let calls = sqlx::query!(
        r#"SELECT call_id, ended_at AS "ended_at!" FROM calls
            WHERE thread_id = $1 AND state = 'ended' AND started_at IS NOT NULL AND ended_at IS NOT NULL
              AND ($2::timestamptz IS NULL OR (ended_at, call_id) < ($2, $3::uuid))
            ORDER BY ended_at DESC, call_id DESC LIMIT $4"#,
        thread.as_uuid(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let calls = wanted.cut(calls, |row| Key::time(row.ended_at.to_jiff(), row.call_id));
    let ids: Vec<Uuid> = calls.items.iter().map(|row| row.call_id).collect();
    let rows = sqlx::query!(
        "SELECT o.call_id, o.version, o.outcome, o.note, o.noted_at, u.user_id, u.name, p.role
           FROM call_outcomes o
           JOIN people u ON u.user_id = o.noted_by
           JOIN calls c ON c.call_id = o.call_id
           JOIN thread_people p ON p.thread_id = c.thread_id AND p.user_id = o.noted_by
          WHERE o.call_id = ANY($1) ORDER BY o.call_id, o.version DESC",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all = calls.map(|row| NotedCall {
        call: CallId::from_uuid(row.call_id),
        ended_at: row.ended_at.to_jiff(),
        versions: Vec::new(),
    });
    for row in rows {
        let call = CallId::from_uuid(row.call_id);
        let outcome: Outcome = serde_json::from_value(row.outcome)
            .map_err(|e| StoreError::corrupt("call_outcomes", "outcome", call, e))?;
        let note = row
            .note
            .as_deref()
            .map(OutcomeNote::new)
            .transpose()
            .map_err(|e| StoreError::corrupt("call_outcomes", "note", call, e))?;
        let version = NotedVersion {
            version: row.version,
            noted: Noted { outcome, note },
            by: Person {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
                role: persons::role("thread_people", row.user_id, &row.role)?,
            },
            at: row.noted_at.to_jiff(),
        };
        if let Some(of) = all.items.iter_mut().find(|it| it.call == call) {
            of.versions.push(version);
        }
    }
    Ok(all)
}
