//! What became of each command.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, UserId, VendorId},
};

/// The constraint that a command is carried out once.
pub const COMMAND_ONCE: &str = "commands_pkey";

/// A command that was carried out.
#[derive(Clone, Debug)]
pub struct Remembered {
    pub body_hash: Digest,
    /// The result's JSON.
    pub result: String,
}

/// A command about to be remembered.
#[derive(Debug)]
pub struct NewCommand<'a> {
    pub vendor: VendorId,
    pub user: UserId,
    pub command: CommandId,
    pub body_hash: Digest,
    pub result: &'a str,
    pub at: Timestamp,
}

/// The user's command of this id, if it was carried out.
pub async fn find(
    tx: &mut Tx,
    user: UserId,
    command: CommandId,
) -> Result<Option<Remembered>, StoreError> {
    let row = sqlx::query!(
        "SELECT body_hash, result FROM commands WHERE user_id = $1 AND command_id = $2",
        user.as_uuid(),
        command.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Remembered {
            body_hash: digest("commands", "body_hash", command, &row.body_hash)?,
            result: row.result,
        })
    })
    .transpose()
}

/// Remembers a command in the transaction that carries it out. `false`: another transaction was first, and this
/// one must be rolled back.
pub async fn remember(tx: &mut Tx, new: &NewCommand<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO commands (user_id, command_id, vendor_id, body_hash, result, at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (vendor_id, user_id, command_id) DO NOTHING",
        new.user.as_uuid(),
        new.command.as_uuid(),
        new.vendor.as_uuid(),
        new.body_hash.as_bytes().as_slice(),
        new.result,
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A digest column's bytes as a digest.
pub(in crate::store) fn digest(
    table: &'static str,
    column: &'static str,
    row: impl ToString,
    bytes: &[u8],
) -> Result<Digest, StoreError> {
    <[u8; 32]>::try_from(bytes)
        .map(Digest::from_bytes)
        .map_err(|_| StoreError::corrupt(table, column, row, "not 32 bytes"))
}

/// Forgets the replies to commands that were carried out before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM commands WHERE (vendor_id, user_id, command_id) IN
             (SELECT vendor_id, user_id, command_id FROM commands WHERE at < $1 ORDER BY at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
