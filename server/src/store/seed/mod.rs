//! Writing a vendor with its people, products and threads at once: the demo shop, and tests' shops.

pub mod customers;

use super::{
    StoreError, Tx, customer,
    people::{
        members,
        persons::{self, NewPerson},
    },
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    customer::record::{Customer, CustomerData},
    ids::{CustomerId, PartnerId, PlanId, ProductId, UserId, VendorId},
    money::{Currency, Money},
    offer::plan::{Interval, PlanKind},
    people::roles::Role,
    percent::Percent,
};

/// A person with their first role.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub person: NewPerson<'a>,
    pub vendor: VendorId,
    pub role: Role,
    pub at: Timestamp,
}

/// A product.
#[derive(Debug)]
pub struct NewProduct<'a> {
    pub product: ProductId,
    pub vendor: VendorId,
    pub partner: PartnerId,
    pub name: &'a str,
    pub active: bool,
    pub currency: Currency,
    pub vat_rate: Percent,
    pub at: Timestamp,
}

/// A payment plan.
#[derive(Debug)]
pub struct NewPlan<'a> {
    pub plan: PlanId,
    pub vendor: VendorId,
    pub product: ProductId,
    pub position: i32,
    pub label: &'a str,
    pub kind: PlanKind,
    pub amount: Money,
    pub payments: u16,
    pub interval: Option<Interval>,
}

/// Whether there is no vendor yet. Needs the jobs' role.
pub async fn is_empty(tx: &mut Tx) -> Result<bool, StoreError> {
    let any = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM vendors) AS "any!""#)
        .fetch_one(tx.conn())
        .await?;
    Ok(!any)
}

pub async fn user(tx: &mut Tx, new: &NewUser<'_>) -> Result<(), StoreError> {
    persons::add(tx, &new.person, new.at).await?;
    tie(tx, new.vendor, (new.person.user, new.role), new.at).await
}

/// A vendor that knows this person.
pub async fn vendor_of(tx: &mut Tx, user: UserId) -> Result<Option<VendorId>, StoreError> {
    let vendor = sqlx::query_scalar!(
        "SELECT vendor_id FROM vendor_people WHERE user_id = $1 ORDER BY since LIMIT 1",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(vendor.map(VendorId::from_uuid))
}

/// A person has this role at this vendor too.
pub async fn tie(
    tx: &mut Tx,
    vendor: VendorId,
    (user, role): (UserId, Role),
    at: Timestamp,
) -> Result<(), StoreError> {
    members::tie(tx, vendor, user, at).await?;
    match role {
        Role::Buyer => {
            let new = customer::New {
                vendor,
                customer: CustomerId::from_uuid(user.as_uuid()),
                person: user,
                record: &as_customer(tx, user).await?,
                consent_at: None,
                at,
            };
            customer::insert(tx, &new).await?;
        }
        Role::PlatformAdmin | Role::PlatformSupport | Role::PlatformCompliance => {
            return Err(StoreError::corrupt(
                "memberships",
                "role",
                user,
                "no vendor's role",
            ));
        }
        Role::Seller | Role::Rep | Role::Compliance | Role::Support | Role::Admin => {
            members::grant(tx, vendor, (user, role), at).await?;
        }
    }
    Ok(())
}

/// The record of a person who is what they say themselves.
async fn as_customer(tx: &mut Tx, user: UserId) -> Result<Customer, StoreError> {
    let row = sqlx::query!(
        "SELECT name, email, country, language FROM people WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let data = CustomerData {
        name: row.name,
        email: row.email,
        country: row.country,
        language: row.language,
        ..CustomerData::default()
    };
    Customer::new(&data)
        .map_err(|errors| StoreError::corrupt("people", "name", user, format!("{errors:?}")))
}

pub async fn product(tx: &mut Tx, new: &NewProduct<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO products (product_id, vendor_id, partner_id, name, active, currency, vat_rate, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.product.as_uuid(),
        new.vendor.as_uuid(),
        new.partner.as_uuid(),
        new.name,
        new.active,
        new.currency.code(),
        new.vat_rate.rate(),
        new.at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn plan(tx: &mut Tx, new: &NewPlan<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO plans (plan_id, vendor_id, product_id, position, label, kind, amount, currency, payments,
                            interval)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.plan.as_uuid(),
        new.vendor.as_uuid(),
        new.product.as_uuid(),
        new.position,
        new.label,
        new.kind.name(),
        new.amount.amount(),
        new.amount.currency().code(),
        i32::from(new.payments),
        new.interval.map(Interval::name)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
