//! Many customers at once, each a person without an account.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    customer::record::Customer,
    ids::{UserId, VendorId},
};
use uuid::Uuid;

/// Customers, column by column.
#[derive(Debug, Default)]
pub struct ManyCustomers {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    names: Vec<String>,
    companies: Vec<Option<String>>,
    emails: Vec<Option<String>>,
    phones: Vec<Option<String>>,
    keys: Vec<String>,
}

impl ManyCustomers {
    /// One more.
    pub fn push(&mut self, person: UserId, record: &Customer) {
        let data = record.data();
        self.ids.push(person.as_uuid());
        self.kinds.push(data.kind.name().to_owned());
        self.names.push(data.name.clone());
        self.companies.push(data.company.clone());
        self.emails.push(data.email.clone());
        self.phones.push(data.phone.clone());
        self.keys.push(record.search_key());
    }
}

/// Whether a person has this address. Needs the jobs' role.
pub async fn knows_address(tx: &mut Tx, email: &str) -> Result<bool, StoreError> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people WHERE email = $1) AS "known!""#,
        email
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(known)
}

/// Writes them, each a moment after the one before. Needs the jobs' role.
pub async fn write(
    tx: &mut Tx,
    vendor: VendorId,
    many: &ManyCustomers,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO people (user_id, email, email_given, name, created_at)
         SELECT id, email, email IS NOT NULL, name, $4
           FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (id, email, name)",
        &many.ids,
        &many.emails as &[Option<String>],
        &many.names,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO vendor_people (vendor_id, user_id, since) SELECT $1, unnest($2::uuid[]), $3",
        vendor.as_uuid(),
        &many.ids,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO customers (vendor_id, customer_id, user_id, created_at, kind, name, company, email, phone,
                                language, search_key)
         SELECT $1, id, id, $9::timestamptz - n * interval '1 millisecond', kind, name, company, email, phone, 'en', key
           FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                WITH ORDINALITY AS new (id, kind, name, company, email, phone, key, n)",
        vendor.as_uuid(),
        &many.ids,
        &many.kinds,
        &many.names,
        &many.companies as &[Option<String>],
        &many.emails as &[Option<String>],
        &many.phones as &[Option<String>],
        &many.keys,
        at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
