//! Authenticator apps and the codes that stand in for them. Secrets are sealed, codes known by their hashes.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{digest::Digest, ids::UserId, people::assurance::SETTING_UP};

/// An authenticator as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Sealed under the master key.
    pub secret: Vec<u8>,
    pub begun_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the last code that was taken.
    pub last_step: i64,
}

impl Stored {
    /// Whether its codes are taken: one that was begun waits for its first code only so long.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_some() || now.duration_since(self.begun_at) < SETTING_UP
    }
}

/// A person's authenticator.
pub async fn find(tx: &mut Tx, user: UserId) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT secret, begun_at, confirmed_at, last_step FROM authenticators WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Stored::from))
}

/// The same, locked: two codes are never taken at once.
pub async fn lock(tx: &mut Tx, user: UserId) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT secret, begun_at, confirmed_at, last_step FROM authenticators WHERE user_id = $1 FOR UPDATE",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Stored::from))
}

struct Row {
    secret: Vec<u8>,
    begun_at: jiff_sqlx::Timestamp,
    confirmed_at: Option<jiff_sqlx::Timestamp>,
    last_step: i64,
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        Self {
            secret: row.secret,
            begun_at: row.begun_at.to_jiff(),
            confirmed_at: row.confirmed_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_step: row.last_step,
        }
    }
}

/// Begins another one in place of one that was never confirmed. `false`: there is one that was.
pub async fn begin(
    tx: &mut Tx,
    user: UserId,
    secret: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO authenticators (user_id, secret, begun_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET secret = $2, begun_at = $3, last_step = 0
          WHERE authenticators.confirmed_at IS NULL",
        user.as_uuid(),
        secret,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A code of this time step was taken; the first one confirms the authenticator.
pub async fn taken(tx: &mut Tx, user: UserId, step: i64, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE authenticators SET last_step = $2, confirmed_at = coalesce(confirmed_at, $3) WHERE user_id = $1",
        user.as_uuid(),
        step,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes a person's authenticator with its recovery codes. `false`: there was none.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    sqlx::query!(
        "DELETE FROM recovery_codes WHERE user_id = $1",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        "DELETE FROM authenticators WHERE user_id = $1",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Other recovery codes in place of all that there were.
pub async fn replace_codes(tx: &mut Tx, user: UserId, hashes: &[Digest]) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM recovery_codes WHERE user_id = $1",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|it| it.as_bytes().to_vec()).collect();
    sqlx::query!(
        "INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2::bytea[])",
        user.as_uuid(),
        &hashes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Uses a recovery code. `false`: it is none, or was used.
pub async fn use_code(
    tx: &mut Tx,
    user: UserId,
    hash: &Digest,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        user.as_uuid(),
        hash.as_bytes().as_slice(),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Recovery codes that are left.
pub async fn codes_left(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    let left = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"#,
        user.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(left)
}
