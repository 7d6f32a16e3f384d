//! Passkeys, and the challenges that devices are to answer.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::{CeremonyId, PasskeyId, UserId};
use serde_json::Value;

/// A passkey as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub passkey: PasskeyId,
    pub name: String,
    /// As the library that checks it writes it.
    pub key: Value,
    pub added_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A person's passkeys, the newest first.
pub async fn of_person(tx: &mut Tx, user: UserId) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query!(
        "SELECT passkey_id, name, key, added_at, used_at FROM passkeys WHERE user_id = $1
          ORDER BY added_at DESC, passkey_id DESC",
        user.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stored {
            passkey: PasskeyId::from_uuid(row.passkey_id),
            name: row.name,
            key: row.key,
            added_at: row.added_at.to_jiff(),
            used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}

/// A passkey about to be added.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    pub passkey: PasskeyId,
    pub user: UserId,
    pub credential: &'a [u8],
    pub name: &'a str,
    pub key: &'a Value,
    pub at: Timestamp,
}

/// Adds it. `false`: the device's key is somebody's already.
pub async fn add(tx: &mut Tx, new: &NewPasskey<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO passkeys (passkey_id, user_id, credential_id, name, key, added_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        new.passkey.as_uuid(),
        new.user.as_uuid(),
        new.credential,
        new.name,
        new.key,
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It signed somebody in; its counter may have moved. `false`: it was removed.
pub async fn used(
    tx: &mut Tx,
    passkey: PasskeyId,
    key: &Value,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE passkeys SET key = $2, used_at = $3 WHERE passkey_id = $1",
        passkey.as_uuid(),
        key,
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes one of a person's. `false`: they have no such one.
pub async fn remove(tx: &mut Tx, user: UserId, passkey: PasskeyId) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM passkeys WHERE passkey_id = $1 AND user_id = $2",
        passkey.as_uuid(),
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes all of a person's, and answers how many there were.
pub async fn remove_all(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    let done = sqlx::query!("DELETE FROM passkeys WHERE user_id = $1", user.as_uuid())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Keeps a challenge until its answer comes. For the jobs' role.
pub async fn begin(
    tx: &mut Tx,
    ceremony: CeremonyId,
    state: &Value,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO passkey_ceremonies (ceremony_id, state, ends_at) VALUES ($1, $2, $3)",
        ceremony.as_uuid(),
        state,
        ends_at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a challenge that is not over: it is answered once. For the jobs' role.
pub async fn take(
    tx: &mut Tx,
    ceremony: CeremonyId,
    now: Timestamp,
) -> Result<Option<Value>, StoreError> {
    let row = sqlx::query!(
        "DELETE FROM passkey_ceremonies WHERE ceremony_id = $1 RETURNING state, ends_at",
        ceremony.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row
        .filter(|row| row.ends_at.to_jiff() > now)
        .map(|row| row.state))
}

/// Forgets challenges that are over, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM passkey_ceremonies WHERE ceremony_id IN
             (SELECT ceremony_id FROM passkey_ceremonies WHERE ends_at < $1 LIMIT $2)",
        now.to_sqlx(),
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
