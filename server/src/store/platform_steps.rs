//! What a platform and a vendor have of what a first call needs.

use super::{StoreError, Tx};
use orderline_domain::checkup::{PlatformFacts, ShopFacts};

/// Of the whole platform, as far as the database knows. For the jobs' role.
pub async fn of_platform(tx: &mut Tx) -> Result<PlatformFacts, StoreError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM legal_entities) AS "entity!",
                  EXISTS (SELECT FROM vendors) AS "vendor!",
                  EXISTS (SELECT FROM memberships WHERE role = 'admin' AND suspended_at IS NULL) AS "admin!",
                  EXISTS (SELECT FROM memberships WHERE role = 'seller' AND suspended_at IS NULL) AS "seller!",
                  EXISTS (SELECT FROM products WHERE active) AS "product!""#
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
        r#"SELECT EXISTS (SELECT FROM memberships WHERE role = 'seller' AND suspended_at IS NULL) AS "seller!",
                  EXISTS (SELECT FROM products WHERE active) AS "product!",
                  EXISTS (SELECT FROM customers) AS "customer!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}
