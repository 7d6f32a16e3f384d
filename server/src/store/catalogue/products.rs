//! Products and their payment plans.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    catalogue::{
        product::{Contracting, Offered, Plan, Product},
        proposal::{CheckedProduct, MAX_PRODUCTS},
    },
    ids::{PartnerId, PlanId, ProductId, VendorId},
    money::{Currency, Money},
    offer::plan::{Interval, PlanKind},
    percent::Percent,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// A product about to be written, for sale at once.
#[derive(Debug)]
pub struct NewProduct<'a> {
    pub product: ProductId,
    pub vendor: VendorId,
    pub partner: PartnerId,
    pub checked: &'a CheckedProduct,
    /// The id of its one plan.
    pub plan: PlanId,
    pub at: Timestamp,
}

/// Every product of the vendor with its plans, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Offered>, StoreError> {
    select(tx, None).await
}

/// One product with its plans, if it is in scope.
pub async fn find(tx: &mut Tx, product: ProductId) -> Result<Option<Offered>, StoreError> {
    Ok(select(tx, Some(product)).await?.pop())
}

async fn select(tx: &mut Tx, one: Option<ProductId>) -> Result<Vec<Offered>, StoreError> {
    let rows = sqlx::query_as!(
        ProductRow,
        "SELECT p.product_id, p.name, p.active, p.currency, p.vat_rate, p.version, p.partner_id,
                c.name AS partner, c.terms_of, c.terms_version
           FROM products p JOIN contractual_partners c USING (vendor_id, partner_id)
          WHERE ($1::uuid IS NULL OR p.product_id = $1)
          ORDER BY p.active DESC, p.name, p.product_id LIMIT $2",
        one.map(ProductId::as_uuid),
        i64::from(MAX_PRODUCTS)
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.product_id).collect();
    let mut plans = plans_of(tx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let (partner, version) = (PartnerId::from_uuid(row.partner_id), row.version);
            let product = Product::try_from(row)?;
            let plans = plans.remove(&product.id).unwrap_or_default();
            Ok(Offered {
                product,
                partner,
                version,
                plans,
            })
        })
        .collect()
}

/// How many products there are, for sale or not.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM products"#)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

/// What the vendor's prices are in.
pub async fn currency(tx: &mut Tx, vendor: VendorId) -> Result<Option<Currency>, StoreError> {
    let code = sqlx::query_scalar!(
        "SELECT currency FROM vendors WHERE vendor_id = $1",
        vendor.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    code.map(|code| {
        code.parse()
            .map_err(|e| StoreError::corrupt("vendors", "currency", vendor, e))
    })
    .transpose()
}

/// Writes a product with its plan. `false`: the id is taken.
pub async fn add(tx: &mut Tx, new: &NewProduct<'_>) -> Result<bool, StoreError> {
    let plan = new.checked.plan(new.plan, new.product);
    let done = sqlx::query!(
        "INSERT INTO products (product_id, vendor_id, partner_id, name, active, currency, vat_rate, created_at)
         VALUES ($1, $2, $3, $4, true, $5, $6, $7) ON CONFLICT DO NOTHING",
        new.product.as_uuid(),
        new.vendor.as_uuid(),
        new.partner.as_uuid(),
        new.checked.name(),
        plan.amount.currency().code(),
        new.checked.vat_rate().rate(),
        new.at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO plans (plan_id, vendor_id, product_id, position, label, kind, amount, currency, payments,
                            interval)
         VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9)",
        plan.id.as_uuid(),
        new.vendor.as_uuid(),
        plan.product.as_uuid(),
        plan.label,
        plan.kind.name(),
        plan.amount.amount(),
        plan.amount.currency().code(),
        i32::from(plan.payments),
        plan.interval.map(Interval::name)
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Saves what a product is from now on, guarded on the version that was read. `false`: somebody else was first.
pub async fn change(
    tx: &mut Tx,
    read: &Offered,
    checked: &CheckedProduct,
    partner: PartnerId,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE products SET name = $3, vat_rate = $4, partner_id = $5, version = version + 1
          WHERE product_id = $1 AND version = $2",
        read.product.id.as_uuid(),
        read.version,
        checked.name(),
        checked.vat_rate().rate(),
        partner.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(plan) = read.one_time() {
        sqlx::query!(
            "UPDATE plans SET amount = $2, label = $3 WHERE plan_id = $1",
            plan.id.as_uuid(),
            checked.price().amount(),
            checked.label()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(true)
}

/// Puts a product up for sale or takes it off, guarded on the version that was read. `false`: somebody else was first.
pub async fn switch(tx: &mut Tx, read: &Offered, active: bool) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE products SET active = $3, version = version + 1 WHERE product_id = $1 AND version = $2",
        read.product.id.as_uuid(),
        read.version,
        active
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn plans_of(
    tx: &mut Tx,
    products: &[Uuid],
) -> Result<HashMap<ProductId, Vec<Plan>>, StoreError> {
    let rows = sqlx::query_as!(
        PlanRow,
        "SELECT plan_id, product_id, label, kind, amount, currency, payments, interval
           FROM plans WHERE product_id = ANY($1) ORDER BY product_id, position, plan_id",
        products
    )
    .fetch_all(tx.conn())
    .await?;
    let mut plans: HashMap<ProductId, Vec<Plan>> = HashMap::new();
    for row in rows {
        let plan = Plan::try_from(row)?;
        plans.entry(plan.product).or_default().push(plan);
    }
    Ok(plans)
}

struct ProductRow {
    product_id: Uuid,
    name: String,
    active: bool,
    currency: String,
    vat_rate: Decimal,
    version: i64,
    partner_id: Uuid,
    partner: String,
    terms_of: String,
    terms_version: String,
}

impl TryFrom<ProductRow> for Product {
    type Error = StoreError;

    fn try_from(row: ProductRow) -> Result<Self, StoreError> {
        let at = row.product_id;
        Ok(Self {
            id: ProductId::from_uuid(at),
            name: row.name,
            active: row.active,
            currency: row
                .currency
                .parse()
                .map_err(|e| StoreError::corrupt("products", "currency", at, e))?,
            vat_rate: Percent::new(row.vat_rate)
                .map_err(|e| StoreError::corrupt("products", "vat_rate", at, e))?,
            contracting: Contracting {
                contractual_partner: row.partner,
                terms_of: row.terms_of,
                terms_version: row.terms_version,
            },
        })
    }
}

struct PlanRow {
    plan_id: Uuid,
    product_id: Uuid,
    label: String,
    kind: String,
    amount: Decimal,
    currency: String,
    payments: i32,
    interval: Option<String>,
}

impl TryFrom<PlanRow> for Plan {
    type Error = StoreError;

    fn try_from(row: PlanRow) -> Result<Self, StoreError> {
        let at = row.plan_id;
        let bad = |column, what: &str| StoreError::corrupt("plans", column, at, what);
        let currency: Currency = row
            .currency
            .parse()
            .map_err(|e| StoreError::corrupt("plans", "currency", at, e))?;
        Ok(Self {
            id: PlanId::from_uuid(at),
            product: ProductId::from_uuid(row.product_id),
            label: row.label,
            kind: PlanKind::from_name(&row.kind).ok_or_else(|| bad("kind", "no such kind"))?,
            // Storage pads with zeros that the currency may not have.
            amount: Money::new(row.amount.normalize(), currency)
                .map_err(|e| StoreError::corrupt("plans", "amount", at, e))?,
            payments: u16::try_from(row.payments).map_err(|_| bad("payments", "out of range"))?,
            interval: row
                .interval
                .map(|name| Interval::from_name(&name).ok_or_else(|| bad("interval", "none such")))
                .transpose()?,
        })
    }
}
