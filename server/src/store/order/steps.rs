//! An order as the rules know it, for the steps of its life.

use crate::store::{StoreError, Tx, commands::digest, people::sessions::read_proof};
use orderline_domain::{
    ids::{OfferId, OrderId, RecordingId, ThreadId, UserId, VendorId},
    money::{Currency, Money, MoneyError},
    order::{ContractBasis, Order, OrderState, Placing},
};

/// An order in the version that it was read in.
#[derive(Clone, Debug)]
pub struct StoredOrder {
    pub order: Order,
    version: i64,
}

/// Locks an order's row until the transaction ends, and loads it, if it is in scope.
pub async fn lock(tx: &mut Tx, order: OrderId) -> Result<Option<StoredOrder>, StoreError> {
    let row = sqlx::query!(
        "SELECT o.vendor_id, o.thread_id, o.offer_id, o.number, o.revision, o.state_body, o.version, o.basis,
                o.recording_id, o.total, o.currency, o.proof, o.placed_at, o.placed_by, r.hash
           FROM orders o JOIN offer_revisions r ON r.offer_id = o.offer_id AND r.number = o.revision
          WHERE o.order_id = $1 FOR UPDATE OF o",
        order.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let fault = |column, what: String| StoreError::corrupt("orders", column, order, what);
        let state: OrderState = serde_json::from_value(row.state_body)
            .map_err(|e| fault("state_body", e.to_string()))?;
        let currency: Currency = row
            .currency
            .parse()
            .map_err(|e: MoneyError| fault("currency", e.to_string()))?;
        let placing = Placing {
            id: order,
            vendor: VendorId::from_uuid(row.vendor_id),
            thread: ThreadId::from_uuid(row.thread_id),
            number: u64::try_from(row.number).map_err(|e| fault("number", e.to_string()))?,
            offer: OfferId::from_uuid(row.offer_id),
            revision: u32::try_from(row.revision).map_err(|e| fault("revision", e.to_string()))?,
            revision_hash: digest("offer_revisions", "hash", order, &row.hash)?,
            total: Money::new(row.total.normalize(), currency)
                .map_err(|e| fault("total", e.to_string()))?,
            basis: match (row.basis.as_str(), row.recording_id) {
                ("recording", Some(recording)) => ContractBasis::Recording {
                    recording: RecordingId::from_uuid(recording),
                },
                ("written_confirmation", None) => ContractBasis::WrittenConfirmation,
                _ => return Err(fault("basis", "does not go with the recording".into())),
            },
            proof: read_proof("orders", order, row.proof)?,
            placed_at: row.placed_at.to_jiff(),
            placed_by: UserId::from_uuid(row.placed_by),
        };
        Ok(StoredOrder {
            order: Order { placing, state },
            version: row.version,
        })
    })
    .transpose()
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
