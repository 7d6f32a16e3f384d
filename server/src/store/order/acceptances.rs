//! What buyers are asked to accept in writing, and what they accepted.

use crate::store::{StoreError, Tx, call::unsigned, people::sessions::proof_json};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{OrderId, UserId, VendorId},
    order::acceptance::{Asked, Words},
    people::proof::Proof,
};
use uuid::Uuid;

/// A question about to be put.
#[derive(Debug)]
pub struct NewAcceptance<'a> {
    pub order: OrderId,
    pub vendor: VendorId,
    pub policy: &'a str,
    pub policy_version: u32,
    pub source: &'a str,
    pub asked: Asked,
}

/// A question that was put to a buyer.
#[derive(Clone, Debug)]
pub struct StoredAcceptance {
    pub order: OrderId,
    pub vendor: VendorId,
    pub policy: String,
    pub policy_version: u32,
    pub source: String,
    pub asked: Asked,
    /// The words that the buyer accepted.
    pub accepted: Option<Words>,
}

/// Asks.
pub async fn ask(tx: &mut Tx, new: &NewAcceptance<'_>) -> Result<(), StoreError> {
    let version = i32::try_from(new.policy_version)
        .map_err(|e| StoreError::corrupt("order_acceptances", "policy_version", new.order, e))?;
    sqlx::query!(
        "INSERT INTO order_acceptances (order_id, vendor_id, policy, policy_version, source, asked_at, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.order.as_uuid(),
        new.vendor.as_uuid(),
        new.policy,
        version,
        new.source,
        new.asked.asked_at.to_sqlx(),
        new.asked.due_at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The question about this order, if there is one.
pub async fn find(tx: &mut Tx, order: OrderId) -> Result<Option<StoredAcceptance>, StoreError> {
    let row = sqlx::query!(
        "SELECT vendor_id, policy, policy_version, source, asked_at, due_at, language, wording, button
           FROM order_acceptances WHERE order_id = $1",
        order.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let accepted = match (row.language, row.wording, row.button) {
            (Some(language), Some(text), Some(button)) => Some(Words {
                language,
                text,
                button,
            }),
            _ => None,
        };
        Ok(StoredAcceptance {
            order,
            vendor: VendorId::from_uuid(row.vendor_id),
            policy: row.policy,
            policy_version: unsigned(
                "order_acceptances",
                "policy_version",
                order,
                row.policy_version,
            )?,
            source: row.source,
            asked: Asked {
                asked_at: row.asked_at.to_jiff(),
                due_at: row.due_at.to_jiff(),
            },
            accepted,
        })
    })
    .transpose()
}

/// That the buyer accepted: in which words, when, who, and how they had shown who they are.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    pub words: &'a Words,
    pub at: Timestamp,
    pub by: UserId,
    pub proof: Proof,
}

/// Keeps what was accepted. `false`: the question was decided before.
pub async fn accepted(
    tx: &mut Tx,
    order: OrderId,
    accepted: Accepted<'_>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE order_acceptances
            SET language = $2, wording = $3, button = $4, accepted_at = $5, accepted_by = $6,
                accepted_proof = $7
          WHERE order_id = $1 AND accepted_at IS NULL AND closed_at IS NULL",
        order.as_uuid(),
        accepted.words.language,
        accepted.words.text,
        accepted.words.button,
        accepted.at.to_sqlx(),
        accepted.by.as_uuid(),
        proof_json("order_acceptances", order, accepted.proof)?
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The question is over without an acceptance. `false`: it was decided before.
pub async fn closed(tx: &mut Tx, order: OrderId, at: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE order_acceptances SET closed_at = $2
          WHERE order_id = $1 AND accepted_at IS NULL AND closed_at IS NULL",
        order.as_uuid(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The buyer was not reached by the mail that asks. `false`: the question was decided before.
pub async fn undelivered(tx: &mut Tx, order: OrderId, at: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE order_acceptances SET undelivered_at = $2
          WHERE order_id = $1 AND accepted_at IS NULL AND closed_at IS NULL",
        order.as_uuid(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Questions whose time is over, of every vendor, the oldest first. For the jobs' role.
pub async fn overdue(
    tx: &mut Tx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(VendorId, OrderId)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT vendor_id, order_id FROM order_acceptances
          WHERE due_at < $1 AND accepted_at IS NULL AND closed_at IS NULL ORDER BY due_at LIMIT $2",
        now.to_sqlx(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let pair = |vendor: Uuid, order: Uuid| (VendorId::from_uuid(vendor), OrderId::from_uuid(order));
    Ok(rows
        .into_iter()
        .map(|row| pair(row.vendor_id, row.order_id))
        .collect())
}
