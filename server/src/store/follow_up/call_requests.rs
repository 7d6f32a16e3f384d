//! Buyers' wishes to be called: their rows, guarded on version.

use crate::store::{StoreError, Tx, people::persons};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    follow_up::call_request::{CallRequest, CallRequestState, CallWish},
    ids::{CallRequestId, ThreadId, UserId, VendorId},
    people::person::Person,
    text::CallNote,
};
use sqlx::types::Json;
use uuid::Uuid;

/// The unique index that lets one wish at a time wait in a thread.
pub const ONE_LIVE_PER_THREAD: &str = "call_requests_one_live_per_thread";

/// A wish about to be written.
#[derive(Debug)]
pub struct NewRequest<'a> {
    pub request: CallRequestId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub by: UserId,
    pub at: Timestamp,
    pub wish: &'a CallWish,
}

/// Writes a wish. One that waits in the thread refuses it by [`ONE_LIVE_PER_THREAD`].
pub async fn insert(tx: &mut Tx, new: &NewRequest<'_>) -> Result<(), StoreError> {
    let state = CallRequestState::Open;
    sqlx::query!(
        "INSERT INTO call_requests (request_id, vendor_id, thread_id, asked_by, asked_at, wish, note, state,
                                    state_body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.request.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        new.by.as_uuid(),
        new.at.to_sqlx(),
        new.wish.at.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.wish.note.as_ref().map(CallNote::as_str),
        state.name(),
        Json(&state) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves a step, guarded on the version that it was made from. `false`: somebody else was first.
pub async fn save(
    tx: &mut Tx,
    from: &CallRequest,
    state: &CallRequestState,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE call_requests SET state = $3, state_body = $4, version = version + 1
          WHERE request_id = $1 AND version = $2",
        from.request.as_uuid(),
        from.version,
        state.name(),
        Json(state) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The wish, its row locked to the end of the transaction, if it is in scope.
pub async fn lock(tx: &mut Tx, request: CallRequestId) -> Result<Option<CallRequest>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT r.request_id, r.thread_id, r.asked_by, coalesce(c.name, u.name) AS "name!", p.role, r.asked_at, r.wish,
                  r.note,
                  r.state_body AS "state_body: Json<CallRequestState>", r.version
             FROM call_requests r
             JOIN people u ON u.user_id = r.asked_by
             JOIN thread_people p ON p.thread_id = r.thread_id AND p.user_id = r.asked_by
             LEFT JOIN customers c ON c.vendor_id = p.vendor_id AND c.user_id = r.asked_by
            WHERE r.request_id = $1 FOR NO KEY UPDATE OF r"#,
        request.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(CallRequest::try_from)
    .transpose()
}

/// The wishes that wait in these threads.
pub async fn live_of_threads(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<Vec<CallRequest>, StoreError> {
    let threads: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    sqlx::query_as!(
        Row,
        r#"SELECT r.request_id, r.thread_id, r.asked_by, coalesce(c.name, u.name) AS "name!", p.role, r.asked_at, r.wish,
                  r.note,
                  r.state_body AS "state_body: Json<CallRequestState>", r.version
             FROM call_requests r
             JOIN people u ON u.user_id = r.asked_by
             JOIN thread_people p ON p.thread_id = r.thread_id AND p.user_id = r.asked_by
             LEFT JOIN customers c ON c.vendor_id = p.vendor_id AND c.user_id = r.asked_by
            WHERE r.thread_id = ANY($1) AND r.state IN ('open', 'planned')"#,
        &threads
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(CallRequest::try_from)
    .collect()
}

struct Row {
    request_id: Uuid,
    thread_id: Uuid,
    asked_by: Uuid,
    name: String,
    role: String,
    asked_at: jiff_sqlx::Timestamp,
    wish: Option<jiff_sqlx::Timestamp>,
    note: Option<String>,
    state_body: Json<CallRequestState>,
    version: i64,
}

impl TryFrom<Row> for CallRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let note = row
            .note
            .map(CallNote::try_from)
            .transpose()
            .map_err(|e| StoreError::corrupt("call_requests", "note", row.request_id, e))?;
        Ok(Self {
            thread: ThreadId::from_uuid(row.thread_id),
            version: row.version,
            request: CallRequestId::from_uuid(row.request_id),
            by: Person {
                user: UserId::from_uuid(row.asked_by),
                name: row.name,
                role: persons::role("thread_people", row.asked_by, &row.role)?,
            },
            asked_at: row.asked_at.to_jiff(),
            wish: CallWish {
                at: row.wish.map(jiff_sqlx::Timestamp::to_jiff),
                note,
            },
            state: row.state_body.0,
        })
    }
}
