//! A vendor's records of who buys.

pub mod addresses;
pub mod find;
pub mod groups;
pub mod imports;
pub mod merges;
pub mod moves;
mod row;

use super::{StoreError, Tx};
use crate::page::{Key, Part, Wanted};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    customer::record::Customer,
    ids::{CustomerId, ThreadId, UserId, VendorId},
};
use row::Row;
use std::collections::HashMap;
use uuid::Uuid;

/// A record as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub customer: CustomerId,
    /// Who they are on the platform.
    pub person: UserId,
    pub record: Customer,
    /// Since when they have agreed to be called.
    pub consent_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    /// When something happened last in a thread of theirs.
    pub last_contact: Option<Timestamp>,
    /// Whom they are assigned to.
    pub rep: Option<Rep>,
}

/// Somebody whom customers are assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rep {
    pub user: UserId,
    pub name: String,
}

/// A record about to be written.
#[derive(Debug)]
pub struct New<'a> {
    pub vendor: VendorId,
    pub customer: CustomerId,
    /// Who it is.
    pub person: UserId,
    pub record: &'a Customer,
    pub consent_at: Option<Timestamp>,
    pub at: Timestamp,
}

/// A thread of a customer's.
#[derive(Clone, Debug)]
pub struct ListedThread {
    pub thread: ThreadId,
    pub title: String,
    pub last_at: Timestamp,
    /// Of the thread's newest order.
    pub order_number: Option<i64>,
}

/// Lets those who change what hangs on these records come one after the other: the rows, in the order of their ids.
pub async fn lock(tx: &mut Tx, customers: &[CustomerId]) -> Result<(), StoreError> {
    let ids: Vec<_> = customers.iter().map(|it| it.as_uuid()).collect();
    sqlx::query!(
        "SELECT customer_id FROM customers WHERE customer_id = ANY($1) ORDER BY customer_id FOR UPDATE",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Writes a record. `false`: the vendor has one of this person, or under this id.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<bool, StoreError> {
    let data = new.record.data();
    let done = sqlx::query!(
        "INSERT INTO customers (vendor_id, customer_id, user_id, created_at, kind, name, company, email, phone,
                                language, country, notes, consent_at, search_key, vat_id, tax_number, group_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT DO NOTHING",
        new.vendor.as_uuid(),
        new.customer.as_uuid(),
        new.person.as_uuid(),
        new.at.to_sqlx(),
        data.kind.name(),
        data.name,
        data.company,
        data.email,
        data.phone,
        data.language,
        data.country,
        data.notes,
        new.consent_at.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.record.search_key(),
        data.vat_id,
        data.tax_number,
        data.group
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves an edit of a record that was read as it is in `before`. `false`: it has changed since.
pub async fn save(
    tx: &mut Tx,
    before: &Stored,
    record: &Customer,
    consent_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let data = record.data();
    let done = sqlx::query!(
        "UPDATE customers c SET kind = $3, name = $4, company = $5, phone = $6, language = $7, country = $8, notes = $9,
                consent_at = $10, vat_id = $12, tax_number = $13, group_name = $14,
                version = version + 1,
                -- Also by what the records say that have become a part of it.
                search_key = concat_ws(' ', $11::text, (SELECT string_agg(m.search_key, ' ') FROM customers m
                                                         WHERE m.merged_into = c.customer_id))
          WHERE customer_id = $1 AND version = $2",
        before.customer.as_uuid(),
        before.version,
        data.kind.name(),
        data.name,
        data.company,
        data.phone,
        data.language,
        data.country,
        data.notes,
        consent_at.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        record.search_key(),
        data.vat_id,
        data.tax_number,
        data.group
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The record, if it is in scope; of one that has become a part of another, that other.
pub async fn find(tx: &mut Tx, customer: CustomerId) -> Result<Option<Stored>, StoreError> {
    Ok(read(tx, &[customer]).await?.pop())
}

/// Those of these records that are in scope, in no order; in the place of those that have become a part of another one,
/// that other.
async fn read(tx: &mut Tx, customers: &[CustomerId]) -> Result<Vec<Stored>, StoreError> {
    let ids: Vec<_> = customers.iter().map(|it| it.as_uuid()).collect();
    let now = sqlx::query_scalar!(
        r#"SELECT coalesce(merged_into, customer_id) AS "customer!" FROM customers WHERE customer_id = ANY($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows(tx, &now).await
}

/// These records as they were when they became a part of another one.
async fn as_they_were(
    tx: &mut Tx,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Customer>, StoreError> {
    let ids: Vec<_> = customers.iter().map(|it| it.as_uuid()).collect();
    let found = rows(tx, &ids).await?.into_iter();
    Ok(found.map(|it| (it.customer, it.record)).collect())
}

async fn rows(tx: &mut Tx, customers: &[Uuid]) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT c.customer_id, c.user_id, c.created_at, c.kind, c.name, c.company, c.email, c.phone, c.language,
                c.country, c.vat_id, c.tax_number, c.group_name, c.notes, c.consent_at, c.version, c.rep_id,
                  (SELECT r.name FROM people r WHERE r.user_id = c.rep_id) AS rep_name,
                  (SELECT max(t.last_at)
                     FROM (SELECT c.user_id
                            UNION ALL
                           SELECT m.user_id FROM customers m
                            WHERE m.vendor_id = c.vendor_id AND m.merged_into = c.customer_id) w
                     JOIN thread_people p ON p.vendor_id = c.vendor_id AND p.user_id = w.user_id AND p.role = 'buyer'
                     JOIN threads t ON t.vendor_id = p.vendor_id AND t.thread_id = p.thread_id) AS last_contact
             FROM customers c
            WHERE c.customer_id = ANY($1)",
        customers
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// The record of a person.
pub async fn of_person(tx: &mut Tx, person: UserId) -> Result<Option<Stored>, StoreError> {
    let customer = sqlx::query_scalar!(
        "SELECT customer_id FROM customers WHERE user_id = $1",
        person.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    match customer {
        Some(customer) => find(tx, CustomerId::from_uuid(customer)).await,
        None => Ok(None),
    }
}

/// The record of a thread's buyer.
pub async fn of_buyer(tx: &mut Tx, thread: ThreadId) -> Result<Option<CustomerId>, StoreError> {
    let customer = sqlx::query_scalar!(
        r#"SELECT coalesce(c.merged_into, c.customer_id) AS "customer!" FROM thread_people b
           JOIN customers c ON c.vendor_id = b.vendor_id AND c.user_id = b.user_id
          WHERE b.thread_id = $1 AND b.role = 'buyer'"#,
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(customer.map(CustomerId::from_uuid))
}

/// The address in the record of a person, as it is compared.
pub async fn email_of(tx: &mut Tx, person: UserId) -> Result<Option<String>, StoreError> {
    let email = sqlx::query_scalar!(
        "SELECT lower(email) FROM customers WHERE user_id = $1",
        person.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(email.flatten())
}

/// A page of a customer's threads in which somebody takes part, or (none) of all of them; the newest first.
pub async fn threads(
    tx: &mut Tx,
    customer: CustomerId,
    of: Option<UserId>,
    wanted: &Wanted,
) -> Result<Part<ListedThread>, StoreError> {
    let rows = sqlx::query!(
        "SELECT t.thread_id, t.title, t.last_at,
                (SELECT max(o.number) FROM orders o WHERE o.thread_id = t.thread_id) AS order_number
           FROM customers c
           JOIN thread_people b ON b.vendor_id = c.vendor_id AND b.user_id = c.user_id AND b.role = 'buyer'
           JOIN threads t ON t.vendor_id = b.vendor_id AND t.thread_id = b.thread_id
          WHERE (c.customer_id = $1 OR c.merged_into = $1)
            AND ($2::uuid IS NULL OR EXISTS (
                     SELECT FROM thread_people me WHERE me.thread_id = t.thread_id AND me.user_id = $2))
            AND ($3::timestamptz IS NULL OR (t.last_at, t.thread_id) < ($3, $4::uuid))
          ORDER BY t.last_at DESC, t.thread_id DESC LIMIT $5",
        customer.as_uuid(),
        of.map(UserId::as_uuid),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.last_at.to_jiff(), row.thread_id));
    Ok(rows.map(|row| ListedThread {
        thread: ThreadId::from_uuid(row.thread_id),
        title: row.title,
        last_at: row.last_at.to_jiff(),
        order_number: row.order_number,
    }))
}
