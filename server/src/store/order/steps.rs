//! The steps of an order's life.

use crate::store::{
    StoreError, Tx,
    order::{Which, row},
};
use orderline_domain::{
    ids::OrderId,
    order::{Order, placed::PlacedOrder},
};

/// An order in the version that it was read in.
#[derive(Clone, Debug)]
pub struct StoredOrder {
    pub order: Order,
    version: i64,
}

/// Locks an order's row until the transaction ends, and loads it, if it is in scope.
pub async fn lock(tx: &mut Tx, order: OrderId) -> Result<Option<StoredOrder>, StoreError> {
    sqlx::query_scalar!(
        "SELECT 1 FROM orders WHERE order_id = $1 FOR UPDATE",
        order.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row(tx, Which::Order(order)).await? else {
        return Ok(None);
    };
    let version = row.version;
    let PlacedOrder { order, .. } = row.try_into()?;
    Ok(Some(StoredOrder { order, version }))
}

/// Saves a step, if the order still stands where `before` was read. `false`: it does not.
pub async fn save(tx: &mut Tx, before: &StoredOrder, after: &Order) -> Result<bool, StoreError> {
    let id = before.order.placing.id;
    let state_body = serde_json::to_value(after.state)
        .map_err(|e| StoreError::corrupt("orders", "state_body", id, e))?;
    let done = sqlx::query!(
        "UPDATE orders SET state = $3, state_body = $4, version = version + 1
          WHERE order_id = $1 AND version = $2 AND state = $5",
        id.as_uuid(),
        before.version,
        after.state.name(),
        state_body,
        before.order.state.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
