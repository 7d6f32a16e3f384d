//! Which master key the recordings need, by its id.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

/// What the database knows of the master key.
#[derive(Clone, Debug)]
pub struct Known {
    /// The id that was kept at the last start.
    pub kept: Option<String>,
    /// The newest recording's key, as it was wrapped; `None`: there is no recording.
    pub newest_wrapped: Option<Vec<u8>>,
}

/// Reads it, and keeps others who start from it until the commit. For the jobs' role.
pub async fn lock(tx: &mut Tx) -> Result<Known, StoreError> {
    sqlx::query!("LOCK TABLE master_key IN SHARE ROW EXCLUSIVE MODE")
        .execute(tx.conn())
        .await?;
    known(tx).await
}

/// Reads it, as it is at this moment. For the jobs' role.
pub async fn known(tx: &mut Tx) -> Result<Known, StoreError> {
    let kept = sqlx::query_scalar!("SELECT key_id FROM master_key")
        .fetch_optional(tx.conn())
        .await?;
    let newest_wrapped =
        sqlx::query_scalar!("SELECT wrapped_key FROM recordings ORDER BY opened_at DESC LIMIT 1")
            .fetch_optional(tx.conn())
            .await?;
    Ok(Known {
        kept,
        newest_wrapped,
    })
}

/// Keeps the id of the key that is used from now on. For the jobs' role.
pub async fn keep(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO master_key (key_id, kept_at) VALUES ($1, $2)
         ON CONFLICT (only_one) DO UPDATE SET key_id = $1, kept_at = $2 WHERE master_key.key_id <> $1",
        id,
        now.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
