//! What the transaction's vendor can do: what its plan allows, and what it has switched on.

use crate::store::{StoreError, Tx};
use orderline_domain::{
    ids::{VendorId, VendorPlanId},
    vendor::function::{Functions, Switches},
};
use uuid::Uuid;

/// The constraint that a plan meets which there is not.
const PLAN_IS_THERE: &str = "vendors_plan_id_fkey";

/// What it can do; `None` without a vendor.
pub async fn switches(tx: &mut Tx) -> Result<Option<Switches>, StoreError> {
    let row = sqlx::query!(
        "SELECT v.vendor_id, v.functions, p.allows FROM vendors v JOIN vendor_plans p USING (plan_id)"
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| read_switches(row.vendor_id, &row.allows, &row.functions))
        .transpose()
}

/// Saves what is switched on, from the version that was read. `false`: the record is another one by now.
pub async fn save(tx: &mut Tx, version: i64, on: &Functions) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE vendors SET functions = $2, version = version + 1 WHERE version = $1",
        version,
        &on.names(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What came of choosing a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    Done,
    /// The record is another one by now.
    Older,
    /// There is no such plan.
    NoPlan,
}

/// Gives the vendor this plan, from the version that was read.
pub async fn choose_plan(
    tx: &mut Tx,
    vendor: VendorId,
    version: i64,
    plan: VendorPlanId,
) -> Result<Chosen, StoreError> {
    let done = sqlx::query!(
        "UPDATE vendors SET plan_id = $3, version = version + 1 WHERE vendor_id = $1 AND version = $2",
        vendor.as_uuid(),
        version,
        plan.as_uuid(),
    )
    .execute(tx.conn())
    .await
    .map_err(StoreError::from);
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(Chosen::Done),
        Ok(_) => Ok(Chosen::Older),
        Err(error) if error.is_constraint(PLAN_IS_THERE) => Ok(Chosen::NoPlan),
        Err(error) => Err(error),
    }
}

/// What a vendor can do, as it is stored.
pub(in crate::store) fn read_switches(
    vendor: Uuid,
    allows: &[String],
    on: &[String],
) -> Result<Switches, StoreError> {
    Ok(Switches {
        allowed: read_functions("vendor_plans", "allows", vendor, allows)?,
        on: read_functions("vendors", "functions", vendor, on)?,
    })
}

/// Functions as they are stored.
pub(super) fn read_functions(
    table: &'static str,
    column: &'static str,
    row: Uuid,
    names: &[String],
) -> Result<Functions, StoreError> {
    Functions::from_names(names)
        .ok_or_else(|| StoreError::corrupt(table, column, row, "no function of that name"))
}
