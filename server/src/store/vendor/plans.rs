//! The plans that the platform sells to vendors.

use super::functions::read_functions;
use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{VendorId, VendorPlanId},
    money::Money,
    vendor::plan::VendorPlan,
};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A plan as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: VendorPlanId,
    pub plan: VendorPlan,
    /// Grows with every change.
    pub version: i64,
    pub created_at: Timestamp,
    /// How many vendors have it.
    pub vendors: i64,
}

/// Adds a plan. `false`: its id is taken.
pub async fn add(
    tx: &mut Tx,
    id: VendorPlanId,
    plan: &VendorPlan,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO vendor_plans (plan_id, name, price, currency, allows, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        id.as_uuid(),
        plan.name,
        plan.price.amount(),
        plan.price.currency().code(),
        &plan.allows.names(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves a plan that was made from this version. `false`: it is another one by now.
pub async fn save(
    tx: &mut Tx,
    id: VendorPlanId,
    version: i64,
    plan: &VendorPlan,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE vendor_plans SET name = $3, price = $4, currency = $5, allows = $6, version = version + 1
          WHERE plan_id = $1 AND version = $2",
        id.as_uuid(),
        version,
        plan.name,
        plan.price.amount(),
        plan.price.currency().code(),
        &plan.allows.names(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the vendors with this plan show has changed; answers who they are.
pub async fn shown_anew(tx: &mut Tx, id: VendorPlanId) -> Result<Vec<VendorId>, StoreError> {
    let vendors = sqlx::query_scalar!(
        "UPDATE vendors SET shown_version = shown_version + 1 WHERE plan_id = $1 RETURNING vendor_id",
        id.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(vendors.into_iter().map(VendorId::from_uuid).collect())
}

/// The platform's first plan, with which a vendor begins.
pub async fn first(tx: &mut Tx) -> Result<Option<VendorPlanId>, StoreError> {
    let first = sqlx::query_scalar!(
        "SELECT plan_id FROM vendor_plans ORDER BY created_at, plan_id LIMIT 1"
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(first.map(VendorPlanId::from_uuid))
}

/// One plan.
pub async fn find(tx: &mut Tx, id: VendorPlanId) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT plan_id, name, price, currency, allows, version, created_at,
                  (SELECT count(*) FROM vendors v WHERE v.plan_id = p.plan_id) AS "vendors!"
             FROM vendor_plans p WHERE plan_id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Kept::try_from).transpose()
}

/// A page of all plans, the newest first.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Kept>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT plan_id, name, price, currency, allows, version, created_at,
                  (SELECT count(*) FROM vendors v WHERE v.plan_id = p.plan_id) AS "vendors!"
             FROM vendor_plans p
            WHERE ($1::timestamptz IS NULL OR (created_at, plan_id) < ($1, $2::uuid))
            ORDER BY created_at DESC, plan_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.created_at.to_jiff(), row.plan_id));
    rows.try_map(Kept::try_from)
}

struct Row {
    plan_id: Uuid,
    name: String,
    price: Decimal,
    currency: String,
    allows: Vec<String>,
    version: i64,
    created_at: jiff_sqlx::Timestamp,
    vendors: i64,
}

impl TryFrom<Row> for Kept {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.plan_id;
        let price = row
            .currency
            .parse()
            .and_then(|currency| Money::new(row.price, currency))
            .map_err(|e| StoreError::corrupt("vendor_plans", "price", id, e))?;
        Ok(Self {
            id: VendorPlanId::from_uuid(id),
            plan: VendorPlan {
                name: row.name,
                price,
                allows: read_functions("vendor_plans", "allows", id, &row.allows)?,
            },
            version: row.version,
            created_at: row.created_at.to_jiff(),
            vendors: row.vendors,
        })
    }
}
