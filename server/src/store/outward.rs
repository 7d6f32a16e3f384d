//! Until when the budgets of what goes out are used up. All nodes share them.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::VendorId;

/// Up to when this budget is used, its line locked until the commit. One that nobody has touched is used up to now.
pub async fn lock(
    tx: &mut Tx,
    vendor: VendorId,
    key: &str,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    let used = sqlx::query_scalar!(
        r#"INSERT INTO outward_budgets (vendor_id, key, used_until) VALUES ($1, $2, $3)
           ON CONFLICT (vendor_id, key) DO UPDATE SET used_until = outward_budgets.used_until
           RETURNING used_until AS "used_until: jiff_sqlx::Timestamp""#,
        vendor.as_uuid(),
        key,
        now.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(used.to_jiff())
}

/// Saves up to when it is used now.
pub async fn save(
    tx: &mut Tx,
    vendor: VendorId,
    key: &str,
    used_until: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE outward_budgets SET used_until = $3 WHERE vendor_id = $1 AND key = $2",
        vendor.as_uuid(),
        key,
        used_until.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets budgets that are whole again, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM outward_budgets WHERE (vendor_id, key) IN
             (SELECT vendor_id, key FROM outward_budgets WHERE used_until < $1 ORDER BY used_until LIMIT $2)",
        now.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
