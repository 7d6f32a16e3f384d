//! Records that became a part of another one.

use super::Stored;
use crate::store::{StoreError, Tx, people::persons};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    customer::record::Customer,
    ids::{CustomerId, CustomerMergeId, UserId, VendorId},
    people::{person::Person, roles::Role},
};

/// A merge about to be made.
#[derive(Debug)]
pub struct NewMerge<'a> {
    pub id: CustomerMergeId,
    pub vendor: VendorId,
    pub at: Timestamp,
    pub by: (UserId, Role),
    pub stays: &'a Stored,
    pub goes: &'a Stored,
    /// The one that stays, as it is from now on.
    pub joined: &'a Customer,
}

/// A record that became a part of another one, and who did it.
#[derive(Clone, Debug)]
pub struct Merged {
    pub customer: CustomerId,
    pub at: Timestamp,
    pub by: Person,
}

/// The two records of this merge, if it was made: the one that stays, and the one that went.
pub async fn find(
    tx: &mut Tx,
    id: CustomerMergeId,
) -> Result<Option<(CustomerId, CustomerId)>, StoreError> {
    let row = sqlx::query!(
        "SELECT stays, goes FROM customer_merges WHERE merge_id = $1",
        id.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        (
            CustomerId::from_uuid(row.stays),
            CustomerId::from_uuid(row.goes),
        )
    }))
}

/// Makes one record a part of the other, together with all that were a part of it. `false`: one has changed since it was
/// read, or is a part of another one.
pub async fn make(tx: &mut Tx, new: &NewMerge<'_>) -> Result<bool, StoreError> {
    let gone = sqlx::query!(
        "UPDATE customers SET merged_into = $1, version = version + 1
          WHERE merged_into = $2 OR customer_id = $2 AND merged_into IS NULL AND version = $3",
        new.stays.customer.as_uuid(),
        new.goes.customer.as_uuid(),
        new.goes.version
    )
    .execute(tx.conn())
    .await?;
    let is_saved = super::save(tx, new.stays, new.joined, new.stays.consent_at).await?;
    sqlx::query!(
        "INSERT INTO customer_merges (vendor_id, merge_id, at, by_id, by_role, stays, goes)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.vendor.as_uuid(),
        new.id.as_uuid(),
        new.at.to_sqlx() as jiff_sqlx::Timestamp,
        new.by.0.as_uuid(),
        new.by.1.name(),
        new.stays.customer.as_uuid(),
        new.goes.customer.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(is_saved && gone.rows_affected() > 0)
}

/// How many records are a part of these two.
pub async fn count(tx: &mut Tx, customers: [CustomerId; 2]) -> Result<i64, StoreError> {
    let ids = customers.map(CustomerId::as_uuid);
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM customers WHERE merged_into = ANY($1)"#,
        &ids
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The records that are a part of this one, the last that became so first, and who did it.
pub async fn of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(Merged, Customer)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT c.customer_id, m.at, m.by_id, b.name AS by_name, m.by_role
           FROM customers c
           JOIN customer_merges m ON m.vendor_id = c.vendor_id AND m.goes = c.customer_id
           JOIN people b ON b.user_id = m.by_id
          WHERE c.merged_into = $1 ORDER BY m.at DESC, c.customer_id",
        customer.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let role = persons::role("customer_merges", row.customer_id, &row.by_role)?;
        let merged = Merged {
            customer: CustomerId::from_uuid(row.customer_id),
            at: row.at.to_jiff(),
            by: Person::new(UserId::from_uuid(row.by_id), row.by_name, role),
        };
        all.push(merged);
    }
    let ids: Vec<_> = all.iter().map(|it| it.customer).collect();
    let mut records = super::as_they_were(tx, &ids).await?;
    let found = all.into_iter().map(|it| {
        let record = records.remove(&it.customer).ok_or_else(|| {
            StoreError::corrupt("customers", "customer_id", it.customer, "merged, not read")
        })?;
        Ok((it, record))
    });
    found.collect()
}
