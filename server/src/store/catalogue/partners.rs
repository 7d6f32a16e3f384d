//! The platform's legal entities that buyers contract with.

use crate::store::{StoreError, Tx};

/// The name of the entity that this vendor's buyers contract with (CC3); the vendor's own where none is set.
pub async fn contractual_partner(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let name = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT c.name FROM contractual_partners c WHERE c.vendor_id = v.vendor_id
                             ORDER BY c.partner_id LIMIT 1), v.name) AS "name!"
             FROM vendors v"#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(name)
}
