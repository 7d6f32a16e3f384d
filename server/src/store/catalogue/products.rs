//! Products and their payment plans.

use crate::store::{StoreError, Tx};
use orderline_domain::{
    catalogue::product::{Contracting, Offered, Plan, Product},
    ids::{PlanId, ProductId},
    money::{Currency, Money},
    offer::plan::{Interval, PlanKind},
    percent::Percent,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// Products in one catalogue.
const MAX_PRODUCTS: i64 = 500;

/// Every product of the vendor with its plans, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Offered>, StoreError> {
    let rows = sqlx::query_as!(
        ProductRow,
        "SELECT p.product_id, p.name, p.active, p.currency, p.vat_rate, c.name AS partner, c.terms_of,
                c.terms_version
           FROM products p JOIN contractual_partners c USING (partner_id)
          ORDER BY p.active DESC, p.name, p.product_id LIMIT $1",
        MAX_PRODUCTS
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.product_id).collect();
    let mut plans = plans_of(tx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let product = Product::try_from(row)?;
            let plans = plans.remove(&product.id).unwrap_or_default();
            Ok(Offered { product, plans })
        })
        .collect()
}

/// One product with its plans, if it is in scope.
pub async fn find(tx: &mut Tx, product: ProductId) -> Result<Option<Offered>, StoreError> {
    let row = sqlx::query_as!(
        ProductRow,
        "SELECT p.product_id, p.name, p.active, p.currency, p.vat_rate, c.name AS partner, c.terms_of,
                c.terms_version
           FROM products p JOIN contractual_partners c USING (partner_id)
          WHERE p.product_id = $1",
        product.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let plans = plans_of(tx, &[product.as_uuid()]).await?.remove(&product);
    Ok(Some(Offered {
        product: row.try_into()?,
        plans: plans.unwrap_or_default(),
    }))
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
