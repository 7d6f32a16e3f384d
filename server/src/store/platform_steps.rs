//! What a platform and a vendor have of what a first call needs.

use super::{StoreError, Tx};
use orderline_domain::{
    checkup::{PlatformFacts, ShopFacts},
    people::roles::Role,
};

/// The roles of those who sell: to customers of their own.
fn selling() -> Vec<String> {
    let all = Role::ALL.into_iter().filter(|it| it.may_hold_customers());
    all.map(|it| it.name().to_owned()).collect()
}

/// Of the whole platform, as far as the database knows. For the jobs' role.
pub async fn of_platform(tx: &mut Tx) -> Result<PlatformFacts, StoreError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM legal_entities) AS "entity!",
                  EXISTS (SELECT FROM vendors) AS "vendor!",
                  EXISTS (SELECT FROM memberships m JOIN people p USING (user_id)
                           WHERE m.role = 'admin' AND m.suspended_at IS NULL AND p.disabled_at IS NULL) AS "admin!",
                  EXISTS (SELECT FROM memberships m JOIN people p USING (user_id)
                           WHERE m.role = ANY($1) AND m.suspended_at IS NULL AND p.disabled_at IS NULL) AS "seller!",
                  EXISTS (SELECT FROM products WHERE active) AS "product!""#,
        &selling() as &[String]
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(PlatformFacts {
        entity: row.entity,
        vendor: row.vendor,
        admin: row.admin,
        seller: row.seller,
        product: row.product,
        ..PlatformFacts::default()
    })
}

/// Of the vendor that this transaction works for.
pub async fn of_shop(tx: &mut Tx) -> Result<ShopFacts, StoreError> {
    let row = sqlx::query_as!(
        ShopFacts,
        r#"SELECT EXISTS (SELECT FROM memberships m JOIN people p USING (user_id)
                           WHERE m.role = ANY($1) AND m.suspended_at IS NULL AND p.disabled_at IS NULL) AS "seller!",
                  EXISTS (SELECT FROM products WHERE active) AS "product!",
                  EXISTS (SELECT FROM customers) AS "customer!""#,
        &selling() as &[String]
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}
