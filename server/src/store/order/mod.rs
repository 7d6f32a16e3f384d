//! Orders and their payments.

pub mod acceptances;
pub mod steps;

use super::{
    StoreError, Tx,
    commands::digest,
    people::sessions::{proof_json, read_proof},
};
use crate::page::{Key, Part, Wanted};
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{OfferId, OrderId, RecordingId, ThreadId, UserId, VendorId},
    money::{Currency, Money, MoneyError},
    offer::revision::RevisionContent,
    order::{ContractBasis, Order, OrderState, Placing, acceptance::Awaited, placed::PlacedOrder},
};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The vendor's next order number. Its row stays locked until the transaction ends, so that numbers come
/// without gaps: an order that is rolled back gives its number back.
pub async fn next_number(tx: &mut Tx, vendor: VendorId) -> Result<u64, StoreError> {
    let last = sqlx::query_scalar!(
        "INSERT INTO order_counters (vendor_id, last) VALUES ($1, 10001)
         ON CONFLICT (vendor_id) DO UPDATE SET last = order_counters.last + 1 RETURNING last",
        vendor.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    u64::try_from(last).map_err(|e| StoreError::corrupt("order_counters", "last", vendor, e))
}

/// Stores an order with every payment of its schedule.
pub async fn insert(
    tx: &mut Tx,
    order: &Order,
    content: &RevisionContent,
) -> Result<(), StoreError> {
    let it = &order.placing;
    let fault = |column, what: String| StoreError::corrupt("orders", column, it.id, what);
    let (basis, recording) = match it.basis {
        ContractBasis::Recording { recording } => ("recording", Some(recording.as_uuid())),
        ContractBasis::WrittenConfirmation => ("written_confirmation", None),
    };
    let state_body =
        serde_json::to_value(order.state).map_err(|e| fault("state_body", e.to_string()))?;
    sqlx::query!(
        "INSERT INTO orders (order_id, vendor_id, thread_id, offer_id, number, revision, state, state_body,
                             basis, recording_id, total, currency, placed_at, placed_by, proof)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        it.id.as_uuid(),
        it.vendor.as_uuid(),
        it.thread.as_uuid(),
        it.offer.as_uuid(),
        i64::try_from(it.number).map_err(|e| fault("number", e.to_string()))?,
        i32::try_from(it.revision).map_err(|e| fault("revision", e.to_string()))?,
        order.state.name(),
        state_body,
        basis,
        recording,
        it.total.amount(),
        it.total.currency().code(),
        it.placed_at.to_sqlx(),
        it.placed_by.as_uuid(),
        proof_json("orders", it.id, it.proof)?
    )
    .execute(tx.conn())
    .await?;
    for payment in &content.schedule.payments {
        sqlx::query!(
            "INSERT INTO order_payments (order_id, number, vendor_id, due, amount, currency)
             VALUES ($1, $2, $3, $4, $5, $6)",
            it.id.as_uuid(),
            i32::from(payment.number),
            it.vendor.as_uuid(),
            payment.due.to_sqlx() as _,
            payment.amount.amount(),
            payment.amount.currency().code()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The order made from this offer, if there is one.
pub async fn of_offer(tx: &mut Tx, offer: OfferId) -> Result<Option<PlacedOrder>, StoreError> {
    one(tx, Which::Offer(offer)).await
}

/// The order of this thread, if there is one.
pub async fn of_thread(tx: &mut Tx, thread: ThreadId) -> Result<Option<PlacedOrder>, StoreError> {
    one(tx, Which::Thread(thread)).await
}

/// The order, if it is in scope.
pub async fn find(tx: &mut Tx, order: OrderId) -> Result<Option<PlacedOrder>, StoreError> {
    one(tx, Which::Order(order)).await
}

/// A page of the orders, newest first: those of one person's threads, or every one of the vendor.
pub async fn page(
    tx: &mut Tx,
    of: Option<UserId>,
    wanted: &Wanted,
) -> Result<Part<PlacedOrder>, StoreError> {
    let rows = select(tx, Which::Of(of), wanted).await?;
    let page = wanted.cut(rows, |row| Key::number(row.number, row.order_id));
    page.try_map(PlacedOrder::try_from)
}

async fn one(tx: &mut Tx, which: Which) -> Result<Option<PlacedOrder>, StoreError> {
    let row = row(tx, which).await?;
    row.map(PlacedOrder::try_from).transpose()
}

async fn row(tx: &mut Tx, which: Which) -> Result<Option<Row>, StoreError> {
    let rows = select(tx, which, &Wanted::default()).await?;
    Ok(rows.into_iter().next())
}

/// Which orders to read.
#[derive(Clone, Copy, Debug)]
enum Which {
    Order(OrderId),
    Offer(OfferId),
    Thread(ThreadId),
    /// Those of this person's threads, or all.
    Of(Option<UserId>),
}

async fn select(tx: &mut Tx, which: Which, wanted: &Wanted) -> Result<Vec<Row>, StoreError> {
    let (order, offer, thread, user) = match which {
        Which::Order(order) => (Some(order.as_uuid()), None, None, None),
        Which::Offer(offer) => (None, Some(offer.as_uuid()), None, None),
        Which::Thread(thread) => (None, None, Some(thread.as_uuid()), None),
        Which::Of(user) => (None, None, None, user.map(UserId::as_uuid)),
    };
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT o.order_id, o.vendor_id, o.thread_id, o.offer_id, o.number, o.revision, r.hash, r.content,
                  o.state_body, o.version, o.basis, o.recording_id, o.total, o.currency, o.proof,
                  o.placed_at AS "placed_at: _", o.placed_by, a.due_at AS "due_at?: _",
                  a.accepted_at AS "accepted_at?: _", a.undelivered_at AS "undelivered_at?: _",
                  version_of_state(t) AS "state_version!"
             FROM orders o
             JOIN threads t ON t.thread_id = o.thread_id
             JOIN offer_revisions r ON r.offer_id = o.offer_id AND r.number = o.revision
             LEFT JOIN order_acceptances a ON a.order_id = o.order_id
            WHERE ($1::uuid IS NULL OR o.order_id = $1) AND ($2::uuid IS NULL OR o.offer_id = $2)
              AND ($3::uuid IS NULL OR o.thread_id = $3)
              AND ($4::uuid IS NULL OR EXISTS (SELECT FROM thread_people p
                                                WHERE p.thread_id = o.thread_id AND p.user_id = $4))
              AND ($5::bigint IS NULL OR (o.number, o.order_id) < ($5, $6::uuid))
            ORDER BY o.number DESC, o.order_id DESC LIMIT $7"#,
        order,
        offer,
        thread,
        user,
        wanted.number(),
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?)
}

struct Row {
    order_id: Uuid,
    vendor_id: Uuid,
    thread_id: Uuid,
    offer_id: Uuid,
    number: i64,
    revision: i32,
    hash: Vec<u8>,
    content: Vec<u8>,
    state_body: serde_json::Value,
    version: i64,
    basis: String,
    recording_id: Option<Uuid>,
    total: Decimal,
    currency: String,
    proof: serde_json::Value,
    placed_at: jiff_sqlx::Timestamp,
    placed_by: Uuid,
    due_at: Option<jiff_sqlx::Timestamp>,
    accepted_at: Option<jiff_sqlx::Timestamp>,
    undelivered_at: Option<jiff_sqlx::Timestamp>,
    state_version: i64,
}

impl TryFrom<Row> for PlacedOrder {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.order_id;
        let fault = |column, what: String| StoreError::corrupt("orders", column, id, what);
        let content: RevisionContent = serde_json::from_slice(&row.content)
            .map_err(|e| StoreError::corrupt("offer_revisions", "content", id, e))?;
        let state: OrderState = serde_json::from_value(row.state_body)
            .map_err(|e| fault("state_body", e.to_string()))?;
        let basis = match (row.basis.as_str(), row.recording_id) {
            ("recording", Some(recording)) => ContractBasis::Recording {
                recording: RecordingId::from_uuid(recording),
            },
            ("written_confirmation", None) => ContractBasis::WrittenConfirmation,
            _ => return Err(fault("basis", "does not go with the recording".into())),
        };
        let currency: Currency = row
            .currency
            .parse()
            .map_err(|e: MoneyError| fault("currency", e.to_string()))?;
        let total = Money::new(row.total.normalize(), currency)
            .map_err(|e| fault("total", e.to_string()))?;
        if total != content.schedule.total {
            return Err(fault("total", "is not the confirmed revision's".into()));
        }
        let placing = Placing {
            id: OrderId::from_uuid(id),
            vendor: VendorId::from_uuid(row.vendor_id),
            thread: ThreadId::from_uuid(row.thread_id),
            number: u64::try_from(row.number).map_err(|e| fault("number", e.to_string()))?,
            offer: OfferId::from_uuid(row.offer_id),
            revision: u32::try_from(row.revision).map_err(|e| fault("revision", e.to_string()))?,
            revision_hash: digest("offer_revisions", "hash", id, &row.hash)?,
            total,
            basis,
            proof: read_proof("orders", id, row.proof)?,
            placed_at: row.placed_at.to_jiff(),
            placed_by: UserId::from_uuid(row.placed_by),
        };
        Ok(Self {
            order: Order { placing, state },
            content,
            acceptance: row.due_at.map(|due_at| Awaited {
                due_at: due_at.to_jiff(),
                accepted_at: row.accepted_at.map(jiff_sqlx::Timestamp::to_jiff),
                undelivered_at: row.undelivered_at.map(jiff_sqlx::Timestamp::to_jiff),
            }),
            version: row.state_version,
        })
    }
}
