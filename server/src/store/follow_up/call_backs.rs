//! Calls that are still to be made.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    follow_up::call_back::{CallBack, CallBackReason, CallBackState, Done, OpenCallBack},
    ids::{CallBackId, ThreadId, UserId, VendorId},
    people::person::Person,
};
use uuid::Uuid;

/// An entry as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    pub call_back: CallBackId,
    pub thread: ThreadId,
    pub held: CallBack,
    pub version: i64,
}

/// An entry about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewCallBack {
    pub call_back: CallBackId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub held: CallBack,
    pub at: Timestamp,
}

/// Writes an entry. Where one of this reason is open in the thread already, that one takes the new time.
pub async fn open(tx: &mut Tx, new: &NewCallBack) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO call_backs (call_back_id, vendor_id, thread_id, reason, state, state_body, due_at, opened_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $7)
         ON CONFLICT (vendor_id, thread_id, reason) WHERE state = 'open'
         DO UPDATE SET due_at = excluded.due_at, version = call_backs.version + 1",
        new.call_back.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        new.held.reason.name(),
        body(new.call_back, new.held.state)?,
        new.held.due_at.to_sqlx(),
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One of them.
pub async fn find(tx: &mut Tx, call_back: CallBackId) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query!(
        "SELECT thread_id, reason, state_body, due_at, version FROM call_backs WHERE call_back_id = $1",
        call_back.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Stored {
            call_back,
            thread: ThreadId::from_uuid(row.thread_id),
            held: CallBack {
                reason: reason(call_back.as_uuid(), &row.reason)?,
                due_at: row.due_at.to_jiff(),
                state: serde_json::from_value(row.state_body)
                    .map_err(|e| StoreError::corrupt("call_backs", "state_body", call_back, e))?,
            },
            version: row.version,
        })
    })
    .transpose()
}

/// Saves a step that was taken from `from`. `false`: it has changed since it was read.
pub async fn save(tx: &mut Tx, from: &Stored, held: CallBack) -> Result<bool, StoreError> {
    let state = if held.is_open() { "open" } else { "done" };
    let done = sqlx::query!(
        "UPDATE call_backs SET state = $3, state_body = $4, due_at = $5, version = version + 1
          WHERE call_back_id = $1 AND version = $2",
        from.call_back.as_uuid(),
        from.version,
        state,
        body(from.call_back, held.state)?,
        held.due_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends what is open in a thread: all of it, or (`only`) the entry of one reason.
pub async fn finish_open(
    tx: &mut Tx,
    thread: ThreadId,
    only: Option<CallBackReason>,
    how: Done,
    at: Timestamp,
) -> Result<(), StoreError> {
    let state = CallBackState::Done { how, at };
    let body = serde_json::to_value(state)
        .map_err(|e| StoreError::corrupt("call_backs", "state_body", thread, e))?;
    sqlx::query!(
        "UPDATE call_backs SET state = 'done', state_body = $2, version = version + 1
          WHERE thread_id = $1 AND state = 'open' AND ($3::text IS NULL OR reason = $3)",
        thread.as_uuid(),
        body,
        only.map(CallBackReason::name),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A page of what is to be done in a person's open threads, the most pressing first.
pub async fn open_of_user(
    tx: &mut Tx,
    user: UserId,
    wanted: &Wanted,
) -> Result<Part<OpenCallBack>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT b.call_back_id, b.thread_id, b.reason, b.due_at, b.opened_at, b.version, t.title,
                  u.user_id, u.name AS "name!", u.role
             FROM call_backs b
             JOIN thread_people me ON me.thread_id = b.thread_id AND me.user_id = $1
             JOIN threads t ON t.thread_id = b.thread_id AND t.closed_at IS NULL
             JOIN LATERAL (SELECT u.user_id, coalesce(c.name, u.name) AS name, p.role
                             FROM thread_people p
                             JOIN people u USING (user_id)
                             LEFT JOIN customers c ON c.vendor_id = p.vendor_id AND c.user_id = p.user_id
                            WHERE p.thread_id = b.thread_id AND p.role = 'buyer' LIMIT 1) u ON true
            WHERE b.state = 'open'
              AND ($2::timestamptz IS NULL OR (b.due_at, b.call_back_id) > ($2, $3::uuid))
            ORDER BY b.due_at, b.call_back_id LIMIT $4"#,
        user.as_uuid(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.due_at.to_jiff(), row.call_back_id)
    });
    rows.try_map(|row| {
        Ok(OpenCallBack {
            call_back: CallBackId::from_uuid(row.call_back_id),
            thread: ThreadId::from_uuid(row.thread_id),
            title: row.title,
            buyer: Person {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
                role: persons::role("thread_people", row.user_id, &row.role)?,
            },
            reason: reason(row.call_back_id, &row.reason)?,
            due_at: row.due_at.to_jiff(),
            since: row.opened_at.to_jiff(),
            version: row.version,
        })
    })
}

fn body(row: CallBackId, state: CallBackState) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(state).map_err(|e| StoreError::corrupt("call_backs", "state_body", row, e))
}

fn reason(row: Uuid, name: &str) -> Result<CallBackReason, StoreError> {
    CallBackReason::from_name(name)
        .ok_or_else(|| StoreError::corrupt("call_backs", "reason", row, name))
}
