//! Customers found by their words, their number or an order's, and by whom they are assigned to.

use super::{Stored, read};
use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use orderline_domain::{
    customer::{assigned::AssignedTo, search::Search},
    ids::{CustomerId, UserId},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Which customers are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    pub search: Option<&'a Search>,
    /// Beyond this rep's customers nothing is seen.
    pub own: Option<UserId>,
    pub assigned: Option<AssignedTo>,
}

/// One that was found, with its place in the list.
struct Found {
    customer: Uuid,
    place: i64,
}

/// What a question has beyond the wish.
#[derive(Default)]
struct Cut {
    /// Only those who are not `to`'s yet.
    moving: bool,
    /// None: nobody's.
    to: Option<UserId>,
    after: Option<(i64, Uuid)>,
    rows: i64,
}

/// A page of them, the newest first; where none has what is looked for as it was typed, those that are close to it, the
/// closest first.
pub async fn page(
    tx: &mut Tx,
    wish: &Wish<'_>,
    wanted: &Wanted,
) -> Result<Part<Stored>, StoreError> {
    let cut = Cut {
        after: wanted.number().zip(wanted.id()),
        rows: wanted.rows(),
        ..Cut::default()
    };
    let found = ids(tx, wish, &cut).await?;
    let part = wanted.cut(found, |it| Key::number(it.place, it.customer));
    let part = part.map(|it| CustomerId::from_uuid(it.customer));
    let records = read(tx, &part.items).await?;
    let mut records: HashMap<_, _> = records.into_iter().map(|it| (it.customer, it)).collect();
    part.try_map(|customer| {
        records.remove(&customer).ok_or_else(|| {
            StoreError::corrupt("customers", "customer_id", customer, "found, not read")
        })
    })
}

/// Those of them who are not assigned to `to` yet, the newest first, at most `most`: as they were typed alone, since
/// what is close is for people to look at.
pub async fn not_with(
    tx: &mut Tx,
    wish: &Wish<'_>,
    to: Option<UserId>,
    most: u32,
) -> Result<Vec<CustomerId>, StoreError> {
    let cut = Cut {
        moving: true,
        to,
        after: None,
        rows: i64::from(most),
    };
    let found = ids(tx, wish, &cut).await?;
    let ids = found.into_iter();
    Ok(ids.map(|it| CustomerId::from_uuid(it.customer)).collect())
}

async fn ids(tx: &mut Tx, wish: &Wish<'_>, cut: &Cut) -> Result<Vec<Found>, StoreError> {
    let search = wish.search;
    let terms: Vec<String> = search.map_or_else(Vec::new, |it| {
        it.terms().iter().map(|term| anywhere(term)).collect()
    });
    let buyer = match search.and_then(Search::order_number) {
        Some(number) => buyer_of_order(tx, number).await?,
        None => None,
    };
    let close = search.and_then(Search::close).filter(|_| !cut.moving);
    let (rep, nobody) = match wish.assigned {
        Some(AssignedTo::Rep(rep)) => (Some(rep), false),
        Some(AssignedTo::Nobody) => (None, true),
        None => (None, false),
    };
    Ok(sqlx::query_as!(
        Found,
        r#"SELECT customer_id AS "customer!", place AS "place!"
             FROM find_customers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ORDER BY place DESC, customer_id DESC"#,
        &terms,
        buyer,
        close.map(|it| it.text),
        close.map(|it| it.least),
        wish.own.map(UserId::as_uuid),
        rep.map(UserId::as_uuid),
        nobody,
        cut.moving,
        cut.to.map(UserId::as_uuid),
        cut.after.map(|(place, _)| place),
        cut.after.map(|(_, id)| id),
        cut.rows
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Whose order has this number.
async fn buyer_of_order(tx: &mut Tx, number: i64) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT coalesce(s.user_id, b.user_id) AS "user!"
             FROM orders o JOIN thread_people b USING (vendor_id, thread_id)
             LEFT JOIN customers c ON c.vendor_id = b.vendor_id AND c.user_id = b.user_id
             LEFT JOIN customers s ON s.vendor_id = c.vendor_id AND s.customer_id = c.merged_into
            WHERE o.number = $1 AND b.role = 'buyer' LIMIT 1"#,
        number
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The pattern of texts in which this stands.
fn anywhere(term: &str) -> String {
    let plain = term
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{plain}%")
}
