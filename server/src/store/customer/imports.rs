//! Customers that came in from files.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CustomerImportId, UserId, VendorId},
    people::roles::Role,
};
use std::collections::HashSet;

/// What came of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    pub added: i64,
    /// They were there already.
    pub known: i64,
    pub wrong: i64,
}

/// An import about to be noted.
#[derive(Debug)]
pub struct NewImport {
    pub id: CustomerImportId,
    pub vendor: VendorId,
    pub at: Timestamp,
    pub by: (UserId, Role),
    /// Of what was asked for.
    pub asked: Digest,
}

/// What came of this import, if it was made, and whether it was of the same file.
pub async fn find(
    tx: &mut Tx,
    id: CustomerImportId,
    asked: Digest,
) -> Result<Option<(Came, bool)>, StoreError> {
    let row = sqlx::query!(
        "SELECT added, known, wrong, asked FROM customer_imports WHERE import_id = $1",
        id.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let came = Came {
            added: row.added,
            known: row.known,
            wrong: row.wrong,
        };
        (came, row.asked == asked.as_bytes())
    }))
}

/// Notes what came of an import.
pub async fn note(tx: &mut Tx, new: &NewImport, came: Came) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO customer_imports (vendor_id, import_id, at, by_id, by_role, asked, added, known, wrong)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.vendor.as_uuid(),
        new.id.as_uuid(),
        new.at.to_sqlx() as jiff_sqlx::Timestamp,
        new.by.0.as_uuid(),
        new.by.1.name(),
        new.asked.as_bytes().as_slice(),
        came.added,
        came.known,
        came.wrong
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those of these addresses (as they are compared) whose people the vendor has a record of.
pub async fn known(tx: &mut Tx, emails: &[String]) -> Result<HashSet<String>, StoreError> {
    let known = sqlx::query_scalar!(
        r#"SELECT p.email AS "email!" FROM people p JOIN customers c USING (user_id) WHERE p.email = ANY($1)"#,
        emails
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(known.into_iter().collect())
}
