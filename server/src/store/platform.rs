//! The installation, and its vendors as the platform sees them.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{LegalEntityId, UserId, VendorId, VendorPlanId},
    people::roles::Role,
    platform::EntityData,
    vendor::{VendorData, function::Functions, state::Shut},
};

/// Whether the platform was set up. Works before anybody is known.
pub async fn is_set_up(tx: &mut Tx) -> Result<bool, StoreError> {
    let set_up = sqlx::query_scalar!(r#"SELECT is_set_up() AS "set_up!""#)
        .fetch_one(tx.conn())
        .await?;
    Ok(set_up)
}

/// Names the platform. `false`: it was set up before. For the jobs' role, as all that sets it up.
pub async fn establish(tx: &mut Tx, name: &str, at: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO platform (name, set_up_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        name,
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a legal entity with the first version of its terms.
pub async fn add_entity(
    tx: &mut Tx,
    entity: LegalEntityId,
    data: &EntityData,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO legal_entities (entity_id, name, address, country, created_at) VALUES ($1, $2, $3, $4, $5)",
        entity.as_uuid(),
        data.name,
        data.address,
        data.country,
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO entity_terms (entity_id, version, text, written_at) VALUES ($1, 1, $2, $3)",
        entity.as_uuid(),
        data.terms,
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person may do this for the platform.
pub async fn grant(tx: &mut Tx, user: UserId, role: Role, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO platform_roles (user_id, role, granted_at) VALUES ($1, $2, $3)",
        user.as_uuid(),
        role.name(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A vendor as the platform's list shows it.
#[derive(Clone, Debug)]
pub struct ListedVendor {
    pub vendor: VendorId,
    pub data: VendorData,
    pub created_at: Timestamp,
    pub shut: Option<Shut>,
}

/// Adds a vendor with this plan, everything switched on that there is. `false`: its id is taken.
pub async fn add_vendor(
    tx: &mut Tx,
    (vendor, plan): (VendorId, VendorPlanId),
    data: &VendorData,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO vendors (vendor_id, name, currency, country, time_zone, created_at, plan_id, functions)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        vendor.as_uuid(),
        data.name,
        data.currency.code(),
        data.country,
        data.time_zone,
        at.to_sqlx(),
        plan.as_uuid(),
        &Functions::all().names(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A new vendor's buyers contract with the platform's legal entities, under the terms that hold now.
pub async fn offer_entities(tx: &mut Tx, vendor: VendorId) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO contractual_partners (partner_id, vendor_id, name, terms_of, terms_version)
         SELECT e.entity_id, $1, e.name, e.name, max(t.version)::text
           FROM legal_entities e JOIN entity_terms t USING (entity_id) GROUP BY e.entity_id, e.name",
        vendor.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One vendor.
pub async fn vendor(tx: &mut Tx, vendor: VendorId) -> Result<Option<ListedVendor>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT vendor_id, name, currency, country, time_zone, created_at, state FROM vendors WHERE vendor_id = $1",
        vendor.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(ListedVendor::try_from).transpose()
}

/// A page of all vendors, the newest first.
pub async fn vendors(tx: &mut Tx, wanted: &Wanted) -> Result<Part<ListedVendor>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT vendor_id, name, currency, country, time_zone, created_at, state FROM vendors
          WHERE ($1::timestamptz IS NULL OR (created_at, vendor_id) < ($1, $2::uuid))
          ORDER BY created_at DESC, vendor_id DESC LIMIT $3",
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.created_at.to_jiff(), row.vendor_id)
    });
    rows.try_map(ListedVendor::try_from)
}

struct Row {
    vendor_id: uuid::Uuid,
    name: String,
    currency: String,
    country: String,
    time_zone: String,
    created_at: jiff_sqlx::Timestamp,
    state: String,
}

impl TryFrom<Row> for ListedVendor {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let currency = row.currency.parse().map_err(|e| {
            StoreError::corrupt("vendors", "currency", row.vendor_id, format!("{e:?}"))
        })?;
        Ok(Self {
            vendor: VendorId::from_uuid(row.vendor_id),
            data: VendorData {
                name: row.name,
                currency,
                country: row.country,
                time_zone: row.time_zone,
            },
            created_at: row.created_at.to_jiff(),
            shut: Shut::from_name(&row.state),
        })
    }
}
