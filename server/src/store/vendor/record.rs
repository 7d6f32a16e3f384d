//! The transaction's vendor as its page shows it.

use super::state::Stored;
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use orderline_domain::{
    ids::VendorId,
    vendor::{VendorData, state::VendorState},
};

/// A vendor's record.
#[derive(Clone, Debug)]
pub struct Record {
    pub vendor: VendorId,
    pub data: VendorData,
    pub state: VendorState,
    /// Grows with every change.
    pub version: i64,
    pub created_at: Timestamp,
}

/// The record; `None` without a vendor.
pub async fn find(tx: &mut Tx) -> Result<Option<Record>, StoreError> {
    let row = sqlx::query!(
        "SELECT vendor_id, name, currency, country, time_zone, state, state_since, state_reason, version, created_at
           FROM vendors"
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let stored = Stored {
            vendor: row.vendor_id,
            state: &row.state,
            since: row.state_since.map(jiff_sqlx::Timestamp::to_jiff),
            reason: row.state_reason,
        };
        let currency = row.currency.parse().map_err(|e| {
            StoreError::corrupt("vendors", "currency", row.vendor_id, format!("{e:?}"))
        })?;
        Ok(Record {
            vendor: VendorId::from_uuid(row.vendor_id),
            data: VendorData {
                name: row.name,
                currency,
                country: row.country,
                time_zone: row.time_zone,
            },
            state: stored.try_into()?,
            version: row.version,
            created_at: row.created_at.to_jiff(),
        })
    })
    .transpose()
}
