//! Calls: their rows, guarded on version, as [`Call`]s.

pub mod own_rule;
pub mod parts;
pub mod quality;
pub mod settings;
pub mod talked;

use super::{StoreError, Tx, commands::digest, people::persons};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::{
        Call, CallState,
        hand_over::SellerSide,
        mode::{CallMode, RecordWhen},
        notice::RecordingNotice,
    },
    ids::{CallId, NodeId, SessionId, ThreadId, UserId, VendorId},
    people::{person::Person, roles::Role},
};
use sqlx::types::Json;
use uuid::Uuid;

/// A call about to ring (or to be busy at once).
#[derive(Debug)]
pub struct NewCall<'a> {
    pub call: CallId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub state: CallState,
    pub mode: CallMode,
    pub caller: UserId,
    pub callee: UserId,
    pub ringing_since: Timestamp,
    pub rings_until: Timestamp,
    pub node: NodeId,
    pub node_url: &'a str,
    pub lease_until: Timestamp,
    pub notice: &'a RecordingNotice,
}

/// Writes a new call. `false`: another one lives in the thread. The transaction goes on either way.
pub async fn insert(tx: &mut Tx, new: &NewCall<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO calls (call_id, vendor_id, thread_id, state, state_body, caller_id, callee_id,
                            ringing_since, rings_until, node_id, node_url, lease_until, policy,
                            policy_version, language, wording, wording_hash, kept_days,
                            contractual_partner, record_when, may_refuse, mode)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, $21, $22)
         ON CONFLICT (vendor_id, thread_id) WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting')
         DO NOTHING",
        new.call.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        new.state.name(),
        Json(&new.state) as _,
        new.caller.as_uuid(),
        new.callee.as_uuid(),
        new.ringing_since.to_sqlx(),
        new.rings_until.to_sqlx(),
        new.node.as_uuid(),
        new.node_url,
        new.lease_until.to_sqlx(),
        new.notice.policy,
        i32::try_from(new.notice.version).unwrap_or(i32::MAX),
        new.notice.language,
        new.notice.wording,
        new.notice.wording_hash.as_bytes().as_slice(),
        i32::try_from(new.notice.kept_days).unwrap_or(i32::MAX),
        new.notice.contractual_partner,
        new.notice.when.name(),
        new.notice.may_refuse,
        Json(&new.mode) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A colleague who is asked into two calls at once is refused by this.
pub const ONE_PER_COLLEAGUE: &str = "calls_one_per_colleague";

/// Takes a person into a live call. `false`: they are in another one. Who is taken into two at once comes into the one
/// that was first.
pub async fn take_in(
    tx: &mut Tx,
    vendor: VendorId,
    call: CallId,
    user: UserId,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO people_in_calls (user_id, vendor_id, call_id) VALUES ($1, $2, $3)
         ON CONFLICT (vendor_id, user_id) DO NOTHING",
        user.as_uuid(),
        vendor.as_uuid(),
        call.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A call that is over holds nobody.
async fn let_everybody_out(tx: &mut Tx, call: CallId) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM people_in_calls WHERE call_id = $1",
        call.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where a step leads.
#[derive(Clone, Debug)]
pub struct Next {
    pub state: CallState,
    pub mode: CallMode,
    pub side: SellerSide,
    /// The session that answers with it.
    pub answered_by: Option<SessionId>,
}

/// Saves a step of the state machines, guarded on the version that it was made from. `None`: somebody else was
/// first. Who newly speaks for the seller has a name only in what is read afterwards.
pub async fn save(tx: &mut Tx, from: &Call, next: Next) -> Result<Option<Call>, StoreError> {
    let Next {
        state,
        mode,
        side,
        answered_by,
    } = next;
    let ended = state.ended();
    let saved = sqlx::query_scalar!(
        "UPDATE calls
            SET state = $3, state_body = $4, version = version + 1, started_at = coalesce($5, started_at),
                ended_at = $6, duration_ms = $7, end_reason = $8, answered_by = coalesce($9, answered_by),
                mode = $10, seller_side = $11
          WHERE call_id = $1 AND version = $2
         RETURNING version",
        from.call.as_uuid(),
        from.version,
        state.name(),
        Json(&state) as _,
        state.started_at().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        state.ended_at().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        ended.map(|it| i64::try_from(it.duration_ms).unwrap_or(i64::MAX)),
        ended.map(|it| it.reason.name()),
        answered_by.map(SessionId::as_uuid),
        Json(&mode) as _,
        Json(&side) as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    if saved.is_some() && !state.is_live() {
        let_everybody_out(tx, from.call).await?;
    }
    Ok(saved.map(|version| Call {
        state,
        version,
        answered_by: answered_by.or(from.answered_by),
        recording_since: from
            .recording_since
            .filter(|_| mode.recording() == from.mode.recording()),
        mode,
        side,
        ..from.clone()
    }))
}

/// Takes a call over for this process: a new owner, and the next epoch. Guarded on the version.
pub async fn adopt(
    tx: &mut Tx,
    from: &Call,
    node: NodeId,
    node_url: &str,
    lease_until: Timestamp,
) -> Result<Option<Call>, StoreError> {
    let row = sqlx::query!(
        "UPDATE calls
            SET node_id = $3, node_url = $4, lease_until = $5, epoch = epoch + 1, version = version + 1
          WHERE call_id = $1 AND version = $2
         RETURNING version, epoch",
        from.call.as_uuid(),
        from.version,
        node.as_uuid(),
        node_url,
        lease_until.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Call {
            node,
            node_url: node_url.to_owned(),
            version: row.version,
            epoch: unsigned("calls", "epoch", from.call, row.epoch)?,
            ..from.clone()
        })
    })
    .transpose()
}

/// Something that belongs to the call changed: its view is a new one.
pub async fn touch(tx: &mut Tx, call: CallId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE calls SET version = version + 1 WHERE call_id = $1",
        call.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The call, if it is in scope.
pub async fn find(tx: &mut Tx, call: CallId) -> Result<Option<Call>, StoreError> {
    Ok(load(tx, &[call.as_uuid()]).await?.pop())
}

/// The call, its row locked to the end of the transaction, if it is in scope.
pub async fn lock(tx: &mut Tx, call: CallId) -> Result<Option<Call>, StoreError> {
    sqlx::query_scalar!(
        "SELECT 1 FROM calls WHERE call_id = $1 FOR NO KEY UPDATE",
        call.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    find(tx, call).await
}

/// The live calls that a person takes part in, or is asked to take over.
pub async fn live_of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Call>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT call_id FROM calls
          WHERE (seller_id = $1 OR colleague_id = $1 OR callee_id = $1)
            AND state IN ('ringing', 'connecting', 'active', 'reconnecting')
          ORDER BY ringing_since LIMIT 20",
        user.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

/// The oldest live calls of the transaction's vendor, at most so many.
pub async fn live(tx: &mut Tx, most: i64) -> Result<Vec<Call>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT call_id FROM calls WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting')
          ORDER BY ringing_since LIMIT $1",
        most
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

/// The live call of each of these threads that has one.
pub async fn live_of_threads(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<Call>, StoreError> {
    let threads: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let ids = sqlx::query_scalar!(
        "SELECT call_id FROM calls
          WHERE thread_id = ANY($1) AND state IN ('ringing', 'connecting', 'active', 'reconnecting')",
        &threads
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

/// The last call of each of these threads that had one, whether it lives or not.
pub async fn last_of_threads(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<Call>, StoreError> {
    let threads: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let ids = sqlx::query_scalar!(
        "SELECT DISTINCT ON (thread_id) call_id FROM calls
          WHERE thread_id = ANY($1) ORDER BY thread_id, ringing_since DESC",
        &threads
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

/// Live calls that one of these (dead) processes owned. For the jobs' role.
pub async fn live_of_nodes(tx: &mut Tx, nodes: &[NodeId]) -> Result<Vec<Call>, StoreError> {
    let nodes: Vec<Uuid> = nodes.iter().map(|node| node.as_uuid()).collect();
    let ids = sqlx::query_scalar!(
        "SELECT call_id FROM calls
          WHERE node_id = ANY($1) AND state IN ('ringing', 'connecting', 'active', 'reconnecting')",
        &nodes
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

/// Live calls whose owner has not renewed its lease since `before`. For the jobs' role.
pub async fn abandoned(tx: &mut Tx, before: Timestamp) -> Result<Vec<Call>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT call_id FROM calls
          WHERE lease_until < $1 AND state IN ('ringing', 'connecting', 'active', 'reconnecting')
          ORDER BY lease_until LIMIT 100",
        before.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    load(tx, &ids).await
}

async fn load(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Call>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as!(
        CallRow,
        r#"SELECT c.call_id, c.vendor_id, c.thread_id, c.state_body AS "state_body: Json<CallState>",
                  c.mode AS "mode: Json<CallMode>",
                  c.version, c.caller_id, caller.name AS caller_name, cp.role AS caller_role,
                  c.callee_id, coalesce(customer.name, callee.name) AS "callee_name!", bp.role AS callee_role,
                  c.ringing_since, c.rings_until, c.answered_by, c.node_id, c.node_url, c.epoch,
                  c.last_media_at, c.policy, c.policy_version, c.language, c.wording, c.wording_hash,
                  c.kept_days, c.record_when, c.may_refuse, c.contractual_partner,
                  r.started_at AS recording_since,
                  t.title, c.seller_side AS "seller_side: Json<SellerSide>", c.seller_id AS "seller_id!",
                  seller.name AS seller_name, colleague.user_id AS "colleague_id?",
                  colleague.name AS "colleague_name?"
             FROM calls c
             JOIN threads t ON t.thread_id = c.thread_id
             JOIN people caller ON caller.user_id = c.caller_id
             JOIN thread_people cp ON cp.thread_id = c.thread_id AND cp.user_id = c.caller_id
             JOIN people callee ON callee.user_id = c.callee_id
             LEFT JOIN customers customer ON customer.vendor_id = c.vendor_id AND customer.user_id = c.callee_id
             JOIN thread_people bp ON bp.thread_id = c.thread_id AND bp.user_id = c.callee_id
             JOIN people seller ON seller.user_id = c.seller_id
             LEFT JOIN people colleague ON colleague.user_id =
                  coalesce(c.colleague_id, (c.seller_side #>> '{last,colleague}')::uuid)
             LEFT JOIN recordings r ON r.recording_id = (c.mode ->> 'recording')::uuid
            WHERE c.call_id = ANY($1)
            ORDER BY c.ringing_since, c.call_id"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Call::try_from)
    .collect()
}

struct CallRow {
    call_id: Uuid,
    vendor_id: Uuid,
    thread_id: Uuid,
    state_body: Json<CallState>,
    mode: Json<CallMode>,
    version: i64,
    caller_id: Uuid,
    caller_name: String,
    caller_role: String,
    callee_id: Uuid,
    callee_name: String,
    callee_role: String,
    ringing_since: jiff_sqlx::Timestamp,
    rings_until: jiff_sqlx::Timestamp,
    answered_by: Option<Uuid>,
    node_id: Uuid,
    node_url: String,
    epoch: i32,
    last_media_at: Option<jiff_sqlx::Timestamp>,
    policy: String,
    policy_version: i32,
    language: String,
    wording: String,
    wording_hash: Vec<u8>,
    kept_days: i32,
    record_when: String,
    may_refuse: bool,
    contractual_partner: String,
    recording_since: Option<jiff_sqlx::Timestamp>,
    title: String,
    seller_side: Option<Json<SellerSide>>,
    seller_id: Uuid,
    seller_name: String,
    colleague_id: Option<Uuid>,
    colleague_name: Option<String>,
}

impl TryFrom<CallRow> for Call {
    type Error = StoreError;

    fn try_from(row: CallRow) -> Result<Self, StoreError> {
        let call = CallId::from_uuid(row.call_id);
        let person = |user: Uuid, name: String, role: &str| -> Result<Person, StoreError> {
            Ok(Person {
                user: UserId::from_uuid(user),
                name,
                role: persons::role("thread_people", user, role)?,
            })
        };
        // Only sellers take calls over.
        let staff = |user: Uuid, name: String| Person {
            user: UserId::from_uuid(user),
            name,
            role: Role::Seller,
        };
        let notice = RecordingNotice {
            policy: row.policy,
            version: unsigned("calls", "policy_version", call, row.policy_version)?,
            language: row.language,
            wording: row.wording,
            wording_hash: digest("calls", "wording_hash", call, &row.wording_hash)?,
            kept_days: unsigned("calls", "kept_days", call, row.kept_days)?,
            when: RecordWhen::from_name(&row.record_when).ok_or_else(|| {
                StoreError::corrupt("calls", "record_when", call, "no moment of that name")
            })?,
            may_refuse: row.may_refuse,
            contractual_partner: row.contractual_partner,
        };
        let caller = person(row.caller_id, row.caller_name, &row.caller_role)?;
        Ok(Self {
            call,
            vendor: VendorId::from_uuid(row.vendor_id),
            thread: ThreadId::from_uuid(row.thread_id),
            title: row.title,
            state: row.state_body.0,
            mode: row.mode.0,
            version: row.version,
            callee: person(row.callee_id, row.callee_name, &row.callee_role)?,
            side: row.seller_side.map_or_else(
                || SellerSide::begins(UserId::from_uuid(row.seller_id)),
                |side| side.0,
            ),
            seller: if row.seller_id == row.caller_id {
                caller.clone()
            } else {
                staff(row.seller_id, row.seller_name)
            },
            caller,
            colleague: row
                .colleague_id
                .zip(row.colleague_name)
                .map(|(user, name)| staff(user, name)),
            ringing_since: row.ringing_since.to_jiff(),
            rings_until: row.rings_until.to_jiff(),
            answered_by: row.answered_by.map(SessionId::from_uuid),
            node: NodeId::from_uuid(row.node_id),
            node_url: row.node_url,
            epoch: unsigned("calls", "epoch", call, row.epoch)?,
            last_media_at: row.last_media_at.map(jiff_sqlx::Timestamp::to_jiff),
            notice,
            recording_since: row.recording_since.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// An integer column that cannot be negative.
pub(in crate::store) fn unsigned(
    table: &'static str,
    column: &'static str,
    row: impl ToString,
    value: i32,
) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|e| StoreError::corrupt(table, column, row, e))
}
