//! Links to accounts. Tokens are known by their hashes alone.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{AccountLinkId, UserId},
    people::account_link::{AccountLink, Purpose},
};
use uuid::Uuid;

/// The account behind an address.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: UserId,
    pub name: String,
    /// They have a role at a vendor, or of the platform.
    pub works_somewhere: bool,
}

/// The account of this address (as it is compared), if it is anything to anybody. For the jobs' role.
pub async fn account(tx: &mut Tx, email: &str) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT p.user_id, p.name,
                  EXISTS (SELECT FROM memberships m WHERE m.user_id = p.user_id)
                  OR EXISTS (SELECT FROM platform_roles r WHERE r.user_id = p.user_id) AS "works!"
             FROM people p
            WHERE p.email = $1 AND p.disabled_at IS NULL
              AND (EXISTS (SELECT FROM memberships m WHERE m.user_id = p.user_id)
                   OR EXISTS (SELECT FROM platform_roles r WHERE r.user_id = p.user_id)
                   OR EXISTS (SELECT FROM customers c WHERE c.user_id = p.user_id))"#,
        email
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Account {
        user: UserId::from_uuid(row.user_id),
        name: row.name,
        works_somewhere: row.works,
    }))
}

/// How many links went to a person since then. For the jobs' role.
pub async fn asked_since(tx: &mut Tx, user: UserId, since: Timestamp) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM account_links WHERE user_id = $1 AND asked_at > $2"#,
        user.as_uuid(),
        since.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// A link about to be sent.
#[derive(Debug)]
pub struct NewLink<'a> {
    pub link: AccountLinkId,
    pub user: UserId,
    pub token: &'a Digest,
    pub held: AccountLink,
    pub at: Timestamp,
}

/// Writes it. For the jobs' role.
pub async fn add(tx: &mut Tx, new: &NewLink<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO account_links (link_id, user_id, token_hash, purpose, asked_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.link.as_uuid(),
        new.user.as_uuid(),
        new.token.as_bytes().as_slice(),
        new.held.purpose.name(),
        new.at.to_sqlx(),
        new.held.ends_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whose account the token with this hash leads to. Works before anybody is known.
pub async fn of_token(tx: &mut Tx, token: &Digest) -> Result<Option<UserId>, StoreError> {
    let user = sqlx::query_scalar!(
        "SELECT account_link_lookup($1)",
        token.as_bytes().as_slice()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(user.map(UserId::from_uuid))
}

/// A link as it is stored, and whose it is.
#[derive(Clone, Debug)]
pub struct Stored {
    pub link: AccountLinkId,
    pub name: String,
    pub email: String,
    pub held: AccountLink,
}

/// The link of the transaction's person with this token, locked until the commit.
pub async fn lock(tx: &mut Tx, token: &Digest) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT l.link_id, p.name, p.email AS "email!", l.purpose, l.ends_at, l.used_at IS NOT NULL AS "used!"
             FROM account_links l JOIN people p USING (user_id)
            WHERE l.token_hash = $1 AND p.email IS NOT NULL FOR UPDATE OF l"#,
        token.as_bytes().as_slice()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let purpose = Purpose::from_name(&row.purpose).ok_or_else(|| {
            StoreError::corrupt("account_links", "purpose", row.link_id, "no such purpose")
        })?;
        Ok(Stored {
            link: AccountLinkId::from_uuid(row.link_id),
            name: row.name,
            email: row.email,
            held: AccountLink {
                purpose,
                ends_at: row.ends_at.to_jiff(),
                used: row.used,
            },
        })
    })
    .transpose()
}

/// It was used; the others that wait for the same person are over with it.
pub async fn used(tx: &mut Tx, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE account_links SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL",
        user.as_uuid(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends the links to a person's account that wait. For the jobs' role.
pub async fn end_waiting(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM account_links WHERE user_id = $1 AND used_at IS NULL",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets links that were asked for before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let old: Vec<Uuid> = sqlx::query_scalar!(
        "SELECT link_id FROM account_links WHERE asked_at < $1 LIMIT $2",
        before.to_sqlx(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let done = sqlx::query!("DELETE FROM account_links WHERE link_id = ANY($1)", &old)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}
