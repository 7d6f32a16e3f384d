//! What is lost with an account that its person closes. For transactions of that person.

use super::persons;
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{UserId, VendorId},
    people::roles::Role,
};

/// A role that somebody has.
#[derive(Clone, Copy, Debug)]
pub struct OwnRole {
    /// None: the platform's.
    pub vendor: Option<VendorId>,
    pub role: Role,
    /// It is not suspended.
    pub is_active: bool,
}

/// Locks the person's row, so that an account is closed once. `None`: it was.
pub async fn lock(tx: &mut Tx, user: UserId) -> Result<Option<String>, StoreError> {
    let email = sqlx::query_scalar!(
        "SELECT email FROM people WHERE user_id = $1 AND disabled_at IS NULL FOR UPDATE",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email.flatten())
}

/// Everything that the person is, but for a buyer, in an order that is always the same.
pub async fn roles(tx: &mut Tx, user: UserId) -> Result<Vec<OwnRole>, StoreError> {
    let rows =
        sqlx::query!(r#"SELECT vendor_id, role AS "role!", active AS "active!" FROM own_roles()"#)
            .fetch_all(tx.conn())
            .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OwnRole {
                vendor: row.vendor_id.map(VendorId::from_uuid),
                role: persons::role("memberships", user, &row.role)?,
                is_active: row.active,
            })
        })
        .collect()
}

/// The vendors that have to do with the person, for whatever reason.
pub async fn vendors(tx: &mut Tx) -> Result<Vec<VendorId>, StoreError> {
    let vendors = sqlx::query_scalar!(r#"SELECT own_vendors AS "vendor!" FROM own_vendors()"#)
        .fetch_all(tx.conn())
        .await?;
    Ok(vendors.into_iter().map(VendorId::from_uuid).collect())
}

/// How many hold this role of the platform's, for somebody who has one; locked until the commit.
pub async fn platform_holders(tx: &mut Tx, role: Role) -> Result<usize, StoreError> {
    let held = sqlx::query_scalar!(r#"SELECT platform_holders($1) AS "held!""#, role.name())
        .fetch_one(tx.conn())
        .await?;
    Ok(usize::try_from(held).unwrap_or(usize::MAX))
}

/// At the transaction's vendor, the person's record loses how to reach them and what was noted.
pub async fn forget_contact(tx: &mut Tx, search_key: &str) -> Result<(), StoreError> {
    sqlx::query!("SELECT forget_own_contact($1)", search_key)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// Whatever leads to the account by a mailbox is over.
pub async fn end_links(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let id = user.as_uuid();
    sqlx::query!("DELETE FROM account_links WHERE user_id = $1", id)
        .execute(tx.conn())
        .await?;
    sqlx::query!("DELETE FROM email_changes WHERE user_id = $1", id)
        .execute(tx.conn())
        .await?;
    sqlx::query!("DELETE FROM proof_codes WHERE user_id = $1", id)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The account is closed: from now on this stands where its name stood. `false`: it was closed before.
pub async fn close(tx: &mut Tx, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query_scalar!(
        r#"SELECT close_account($1, $2) AS "done!""#,
        name,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(done)
}
