//! The legal entities that buyers contract with: the platform's, and what a vendor wrote down beside them.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use orderline_domain::{
    catalogue::product::{Contracting, Partner},
    ids::{PartnerId, VendorId},
};
use uuid::Uuid;

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

/// A page of the vendor's partners, the first that was written down first.
pub async fn page(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Partner>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT partner_id, name, terms_of, terms_version FROM contractual_partners
          WHERE ($1::uuid IS NULL OR partner_id > $1) ORDER BY partner_id LIMIT $2",
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(wanted
        .cut(rows, |row| Key::number(0, row.partner_id))
        .map(Partner::from))
}

/// Whether the vendor has this partner.
pub async fn is_known(tx: &mut Tx, partner: PartnerId) -> Result<bool, StoreError> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM contractual_partners WHERE partner_id = $1) AS "known!""#,
        partner.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(known)
}

/// Writes a partner down under this id; one that is there already, word for word, keeps its own. Answers which it is.
pub async fn keep(
    tx: &mut Tx,
    vendor: VendorId,
    partner: PartnerId,
    contracting: &Contracting,
) -> Result<PartnerId, StoreError> {
    sqlx::query!(
        "INSERT INTO contractual_partners (partner_id, vendor_id, name, terms_of, terms_version)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        partner.as_uuid(),
        vendor.as_uuid(),
        contracting.contractual_partner,
        contracting.terms_of,
        contracting.terms_version
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!(
        "SELECT partner_id FROM contractual_partners WHERE vendor_id = $4 AND name = $1 AND terms_of = $2
            AND terms_version = $3",
        contracting.contractual_partner,
        contracting.terms_of,
        contracting.terms_version,
        vendor.as_uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(PartnerId::from_uuid(id))
}

struct Row {
    partner_id: Uuid,
    name: String,
    terms_of: String,
    terms_version: String,
}

impl From<Row> for Partner {
    fn from(row: Row) -> Self {
        Self {
            id: PartnerId::from_uuid(row.partner_id),
            contracting: Contracting {
                contractual_partner: row.name,
                terms_of: row.terms_of,
                terms_version: row.terms_version,
            },
        }
    }
}
