//! A vendor's records of who buys.

use super::{StoreError, Tx};
use crate::page::{Key, Part, Wanted};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    customer::record::{Customer, CustomerData, Kind},
    ids::{CustomerId, ThreadId, UserId, VendorId},
};
use uuid::Uuid;

/// The end of every range of texts that begin alike.
const LAST_CHAR: char = char::MAX;

/// A record as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub customer: CustomerId,
    pub record: Customer,
    /// Since when they have agreed to be called.
    pub consent_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    /// When something happened last in a thread of theirs.
    pub last_contact: Option<Timestamp>,
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

/// Lets those who make a record under the same id come one after the other.
pub async fn queue_up(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        customer.to_string()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// Writes a record. `false`: the vendor has one of this person, or under this id.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<bool, StoreError> {
    let data = new.record.data();
    let done = sqlx::query!(
        "INSERT INTO customers (vendor_id, customer_id, user_id, created_at, kind, name, company, email, phone,
                                language, country, notes, consent_at, name_key, company_key, email_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
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
        key(&data.name),
        data.company.as_deref().map(key),
        data.email.as_deref().map(key)
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
        "UPDATE customers SET kind = $3, name = $4, company = $5, phone = $6, language = $7, country = $8, notes = $9,
                consent_at = $10, name_key = $11, company_key = $12, version = version + 1
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
        key(&data.name),
        data.company.as_deref().map(key)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The record, if it is in scope.
pub async fn find(tx: &mut Tx, customer: CustomerId) -> Result<Option<Stored>, StoreError> {
    let one = select(tx, Some(customer), None, &Wanted::default()).await?;
    one.into_iter().next().map(Stored::try_from).transpose()
}

/// A page of the records of which the name, the company or the e-mail begins with this, whatever its letters' size;
/// the newest first.
pub async fn page(
    tx: &mut Tx,
    begins: Option<&str>,
    wanted: &Wanted,
) -> Result<Part<Stored>, StoreError> {
    let rows = select(tx, None, begins, wanted).await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.created_at.to_jiff(), row.customer_id)
    });
    rows.try_map(Stored::try_from)
}

async fn select(
    tx: &mut Tx,
    only: Option<CustomerId>,
    begins: Option<&str>,
    wanted: &Wanted,
) -> Result<Vec<Row>, StoreError> {
    let from = begins.map(key);
    let below = from.as_ref().map(|from| format!("{from}{LAST_CHAR}"));
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT c.customer_id, c.created_at, c.kind, c.name, c.company, c.email, c.phone, c.language, c.country,
                  c.notes, c.consent_at, c.version,
                  (SELECT max(t.last_at) FROM thread_people p JOIN threads t USING (vendor_id, thread_id)
                    WHERE p.vendor_id = c.vendor_id AND p.user_id = c.user_id AND p.role = 'buyer') AS last_contact
             FROM customers c
            WHERE ($1::uuid IS NULL OR c.customer_id = $1)
              AND ($2::text IS NULL OR (c.name_key >= $2 AND c.name_key < $3)
                   OR (c.company_key >= $2 AND c.company_key < $3)
                   OR (c.email_key >= $2 AND c.email_key < $3))
              AND ($4::timestamptz IS NULL OR (c.created_at, c.customer_id) < ($4, $5::uuid))
            ORDER BY c.created_at DESC, c.customer_id DESC LIMIT $6"#,
        only.map(CustomerId::as_uuid),
        from,
        below,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Who a customer is on the platform, if the record is in scope.
pub async fn person(tx: &mut Tx, customer: CustomerId) -> Result<Option<UserId>, StoreError> {
    let person = sqlx::query_scalar!(
        "SELECT user_id FROM customers WHERE customer_id = $1",
        customer.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(person.map(UserId::from_uuid))
}

/// The address in the record of a person, as it is compared.
pub async fn email_of(tx: &mut Tx, person: UserId) -> Result<Option<String>, StoreError> {
    let email = sqlx::query_scalar!(
        "SELECT email_key FROM customers WHERE user_id = $1",
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
          WHERE c.customer_id = $1
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

/// A text as a search compares it.
fn key(text: &str) -> String {
    text.to_lowercase()
}

struct Row {
    customer_id: Uuid,
    created_at: jiff_sqlx::Timestamp,
    kind: String,
    name: String,
    company: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    country: Option<String>,
    notes: Option<String>,
    consent_at: Option<jiff_sqlx::Timestamp>,
    version: i64,
    last_contact: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Stored {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = row.customer_id;
        let fault = |column, what: &str| StoreError::corrupt("customers", column, id, what);
        let data = CustomerData {
            kind: Kind::from_name(&row.kind)
                .ok_or_else(|| fault("kind", "no kind of that name"))?,
            name: row.name,
            company: row.company,
            email: row.email,
            phone: row.phone,
            language: row.language,
            country: row.country,
            notes: row.notes,
            may_be_called: row.consent_at.is_some(),
        };
        // What is wrong is told by the field's name: never the text in it.
        let record = Customer::new(&data).map_err(|errors| {
            let wrong = errors.first().map_or("customer_id", |it| it.field);
            fault(wrong, "not after its rule")
        })?;
        Ok(Self {
            customer: CustomerId::from_uuid(id),
            record,
            consent_at: row.consent_at.map(jiff_sqlx::Timestamp::to_jiff),
            version: row.version,
            created_at: row.created_at.to_jiff(),
            last_contact: row.last_contact.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
