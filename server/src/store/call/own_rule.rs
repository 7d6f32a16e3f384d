//! The rule of a single seller on who may call, beside their vendor's.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::calling_rule::CallingRule,
    ids::{UserId, VendorId},
};
use sqlx::types::Json;

/// What a seller has set at this transaction's vendor.
#[derive(Clone, Debug, Default)]
pub struct OwnRule {
    pub rule: CallingRule,
    /// 0: nothing was ever set.
    pub version: i64,
    pub changed_at: Option<Timestamp>,
}

/// This seller's rule; the one that holds without any, where they have set none.
pub async fn find(tx: &mut Tx, seller: UserId) -> Result<OwnRule, StoreError> {
    let row = sqlx::query!(
        r#"SELECT rule AS "rule: Json<CallingRule>", version, changed_at FROM seller_calling WHERE user_id = $1"#,
        seller.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or_else(OwnRule::default, |row| OwnRule {
        rule: row.rule.0,
        version: row.version,
        changed_at: Some(row.changed_at.to_jiff()),
    }))
}

/// A new rule.
#[derive(Debug)]
pub struct NewRule {
    pub vendor: VendorId,
    pub seller: UserId,
    pub rule: CallingRule,
    /// The version that it was made from.
    pub from: i64,
    pub at: Timestamp,
}

/// Saves a rule, guarded on the version that it was made from. `false`: another page was first.
pub async fn save(tx: &mut Tx, new: &NewRule) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO seller_calling AS s (vendor_id, user_id, rule, version, changed_at)
         SELECT $1, $2, $3, 1, $5
          WHERE $4::bigint = 0 OR EXISTS (SELECT 1 FROM seller_calling WHERE vendor_id = $1 AND user_id = $2)
         ON CONFLICT (vendor_id, user_id) DO UPDATE
            SET rule = excluded.rule, version = s.version + 1, changed_at = excluded.changed_at
          WHERE s.version = $4",
        new.vendor.as_uuid(),
        new.seller.as_uuid(),
        Json(new.rule) as _,
        new.from,
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
