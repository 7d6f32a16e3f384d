//! Signed-in browsers. Only the SHA-256 of a token is stored.

use super::persons;
use crate::store::{StoreError, Tx, read_shut};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{JoinLinkId, SessionId, ThreadId, UserId, VendorId, VisitId},
    job::SESSION_IDLE,
    people::{assurance::Assurance, capacity::Capacity, proof::Proof, visit::OpenVisit},
    text::VendorReason,
};
use std::collections::HashSet;

/// A session that is idle for longer than this is over.
const IDLE_SECONDS: i64 = SESSION_IDLE.as_secs();
/// Sessions that one person keeps; the oldest make room.
pub const MAX_SESSIONS: i64 = 20;
/// Capacities that one person can act in; what goes beyond is not offered.
const MAX_CAPACITIES: i64 = 200;

/// Who holds a token.
#[derive(Clone, Debug)]
pub struct Holder {
    pub session: SessionId,
    pub user: UserId,
    pub name: String,
    /// What they read, as far as is known (BCP 47).
    pub language: String,
    /// They chose it themselves.
    pub language_chosen: bool,
    /// The session sees this thread alone.
    pub only_thread: Option<ThreadId>,
    /// How sure we are of who they are.
    pub assurance: Assurance,
    pub keys: Keys,
    /// From now on the session is to be known by another token.
    pub renew: bool,
    /// What they are; the roles that they work in come before those in which they buy.
    pub capacities: Vec<Capacity>,
}

/// What an account has besides a password.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// An app shows codes for it.
    pub authenticator: bool,
    /// A device holds a key for it.
    pub passkey: bool,
}

/// A session about to begin.
#[derive(Debug)]
pub struct NewSession {
    pub session: SessionId,
    pub user: UserId,
    pub token_hash: Digest,
    pub at: Timestamp,
    pub proof: Proof,
    pub ends_at: Timestamp,
    pub limits: Option<Limits>,
}

/// What a session is limited to that sees one thread alone.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub vendor: VendorId,
    /// Taking this link back ends it.
    pub link: Option<JoinLinkId>,
    pub only_thread: ThreadId,
}

/// Who holds the token with this hash, if its session is not over and they are anything to any vendor. Works before a
/// vendor is known.
pub async fn holder(
    tx: &mut Tx,
    token_hash: &Digest,
    now: Timestamp,
) -> Result<Option<Holder>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT session_id AS "session_id!", user_id AS "user_id!", name AS "name!", language AS "language!",
                  language_chosen AS "language_chosen!", only_thread, proof AS "proof!",
                  proved_at AS "proved_at!", second_factor_at, has_authenticator AS "has_authenticator!",
                  has_passkey AS "has_passkey!", renew AS "renew!",
                  vendor_id, vendor_name AS "vendor_name!", role AS "role!", shut, reason, visit, visit_until
             FROM session_lookup($1, $2, $3) LIMIT $4"#,
        token_hash.as_bytes().as_slice(),
        now.to_sqlx(),
        IDLE_SECONDS,
        MAX_CAPACITIES
    )
    .fetch_all(tx.conn())
    .await?;
    let mut holder: Option<Holder> = None;
    for row in rows {
        let vendor = row.vendor_id.map(VendorId::from_uuid);
        let reason = row.reason.map(VendorReason::try_from).transpose();
        let capacity = Capacity {
            vendor,
            vendor_name: row.vendor_name,
            role: persons::role("memberships", row.user_id, &row.role)?,
            shut: match vendor {
                Some(vendor) => read_shut("vendors", vendor, row.shut.as_deref())?,
                None => None,
            },
            reason: reason
                .map_err(|e| StoreError::corrupt("vendors", "state_reason", row.user_id, e))?,
            visit: row
                .visit
                .zip(row.visit_until)
                .map(|(visit, until)| OpenVisit {
                    visit: VisitId::from_uuid(visit),
                    until: until.to_jiff(),
                }),
        };
        match &mut holder {
            Some(holder) => holder.capacities.push(capacity),
            None => {
                holder = Some(Holder {
                    session: SessionId::from_uuid(row.session_id),
                    user: UserId::from_uuid(row.user_id),
                    name: row.name,
                    language: row.language,
                    language_chosen: row.language_chosen,
                    only_thread: row.only_thread.map(ThreadId::from_uuid),
                    assurance: Assurance::at(
                        read_proof("sessions", row.session_id, row.proof)?,
                        row.second_factor_at.map(jiff_sqlx::Timestamp::to_jiff),
                        row.proved_at.to_jiff(),
                        now,
                    ),
                    keys: Keys {
                        authenticator: row.has_authenticator,
                        passkey: row.has_passkey,
                    },
                    renew: row.renew,
                    capacities: vec![capacity],
                });
            }
        }
    }
    Ok(holder)
}

/// Begins a session; the person's oldest ones past [`MAX_SESSIONS`] end, and are answered.
pub async fn begin(tx: &mut Tx, new: &NewSession) -> Result<Vec<SessionId>, StoreError> {
    let pushed_out = sqlx::query_scalar!(
        "DELETE FROM sessions WHERE session_id IN (
            SELECT session_id FROM sessions WHERE user_id = $1 ORDER BY seen_at DESC OFFSET $2)
         RETURNING session_id",
        new.user.as_uuid(),
        MAX_SESSIONS - 1
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO sessions (session_id, vendor_id, user_id, token_hash, created_at, seen_at, proved_at, only_thread,
                               ends_at, proof, link_id)
         VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8, $9)",
        new.session.as_uuid(),
        new.limits.map(|it| it.vendor.as_uuid()),
        new.user.as_uuid(),
        new.token_hash.as_bytes().as_slice(),
        new.at.to_sqlx(),
        new.limits.map(|it| it.only_thread.as_uuid()),
        new.ends_at.to_sqlx(),
        proof_json("sessions", new.session, new.proof)?,
        new.limits.and_then(|it| it.link).map(JoinLinkId::as_uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(pushed_out.into_iter().map(SessionId::from_uuid).collect())
}

/// Sessions that are looked up at once.
pub const MAX_LOOKED_UP: usize = 1_000;

/// Those of these sessions, as far as they are in scope, that are not over.
pub async fn open_of(
    tx: &mut Tx,
    sessions: &[SessionId],
    now: Timestamp,
) -> Result<HashSet<SessionId>, StoreError> {
    let ids: Vec<uuid::Uuid> = sessions.iter().map(|it| it.as_uuid()).collect();
    let open = sqlx::query_scalar!(
        "SELECT s.session_id FROM sessions s JOIN people u USING (user_id)
          WHERE s.session_id = ANY($1) AND s.seen_at >= $2::timestamptz - make_interval(secs => $3::bigint)
            AND s.ends_at > $2 AND u.disabled_at IS NULL",
        &ids,
        now.to_sqlx(),
        IDLE_SECONDS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(open.into_iter().map(SessionId::from_uuid).collect())
}

/// Ends the sessions that a link opened, and answers them.
pub async fn end_of_link(tx: &mut Tx, link: JoinLinkId) -> Result<Vec<SessionId>, StoreError> {
    let ended = sqlx::query_scalar!(
        "DELETE FROM sessions WHERE link_id = $1 RETURNING session_id",
        link.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// One of a person's sessions, as they see it.
#[derive(Clone, Copy, Debug)]
pub struct OwnSession {
    pub session: SessionId,
    pub began_at: Timestamp,
    pub seen_at: Timestamp,
    pub proof: Proof,
    /// It sees one thread alone.
    pub limited: bool,
}

/// A person's sessions that are not over, the last used first.
pub async fn of_person(
    tx: &mut Tx,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<OwnSession>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT session_id, created_at, seen_at, proof, only_thread IS NOT NULL AS "limited!" FROM sessions
            WHERE user_id = $1 AND seen_at >= $2::timestamptz - make_interval(secs => $3::bigint)
              AND ends_at > $2
            ORDER BY seen_at DESC, session_id DESC LIMIT $4"#,
        user.as_uuid(),
        now.to_sqlx(),
        IDLE_SECONDS,
        MAX_SESSIONS
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OwnSession {
                session: SessionId::from_uuid(row.session_id),
                began_at: row.created_at.to_jiff(),
                seen_at: row.seen_at.to_jiff(),
                proof: read_proof("sessions", row.session_id, row.proof)?,
                limited: row.limited,
            })
        })
        .collect()
}

/// Ends a person's sessions, but for this one, and answers them.
pub async fn end_others(
    tx: &mut Tx,
    user: UserId,
    but: Option<SessionId>,
) -> Result<Vec<SessionId>, StoreError> {
    let ended = sqlx::query_scalar!(
        "DELETE FROM sessions WHERE user_id = $1 AND session_id IS DISTINCT FROM $2 RETURNING session_id",
        user.as_uuid(),
        but.map(SessionId::as_uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// Ends a session. Ending one that is over already is no fault.
pub async fn end(tx: &mut Tx, session: SessionId) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM sessions WHERE session_id = $1",
        session.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whoever holds this session has shown once more who they are, with a second factor or without. `false`: it is over.
pub async fn proved_again(
    tx: &mut Tx,
    session: SessionId,
    second_factor: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE sessions
            SET proved_at = $2, second_factor_at = CASE WHEN $3 THEN coalesce(second_factor_at, $2) ELSE second_factor_at END
          WHERE session_id = $1",
        session.as_uuid(),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        second_factor
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// From now on the session is known by another token; the one before is taken until then. `false`: it was renewed meanwhile,
/// or is over.
pub async fn renew(
    tx: &mut Tx,
    session: SessionId,
    (old, new): (&Digest, &Digest),
    until: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE sessions SET token_hash = $3, old_token_hash = $2, old_until = $4, renew = false
          WHERE session_id = $1 AND token_hash = $2 AND renew",
        session.as_uuid(),
        old.as_bytes().as_slice(),
        new.as_bytes().as_slice(),
        until.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whoever holds this session has shown anew who they are. `false`: it is over.
pub async fn prove(tx: &mut Tx, session: SessionId, proof: Proof) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE sessions SET proof = $2 WHERE session_id = $1",
        session.as_uuid(),
        proof_json("sessions", session, proof)?
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A proof as it is stored.
pub(in crate::store) fn proof_json(
    table: &'static str,
    row: impl ToString,
    proof: Proof,
) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(proof).map_err(|e| StoreError::corrupt(table, "proof", row, e))
}

/// A stored proof.
pub(in crate::store) fn read_proof(
    table: &'static str,
    row: impl ToString,
    stored: serde_json::Value,
) -> Result<Proof, StoreError> {
    serde_json::from_value(stored).map_err(|e| StoreError::corrupt(table, "proof", row, e))
}

/// Ends sessions whose time is over, and those that nobody has used since `idle_since`, at most `most`. For the jobs'
/// role.
pub async fn forget(
    tx: &mut Tx,
    now: Timestamp,
    idle_since: Timestamp,
    most: i64,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM sessions WHERE session_id IN
             (SELECT session_id FROM sessions WHERE seen_at < $2 OR ends_at < $1 LIMIT $3)",
        now.to_sqlx(),
        idle_since.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
