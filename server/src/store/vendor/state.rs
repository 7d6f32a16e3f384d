//! Whether the transaction's vendor works.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    text::VendorReason,
    vendor::state::{Since, VendorState},
};
use uuid::Uuid;

/// A vendor's state, and the version of its record.
#[derive(Clone, Debug)]
pub struct Held {
    pub state: VendorState,
    pub version: i64,
}

/// The transaction's vendor, locked until the commit; `None` without a vendor.
pub async fn lock(tx: &mut Tx) -> Result<Option<Held>, StoreError> {
    let row = sqlx::query!(
        "SELECT vendor_id, state, state_since, state_reason, version FROM vendors FOR UPDATE"
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
        Ok(Held {
            state: stored.try_into()?,
            version: row.version,
        })
    })
    .transpose()
}

/// Saves where a step led from the version that was read. `false`: it is another one by now.
pub async fn save(tx: &mut Tx, from: &Held, state: &VendorState) -> Result<bool, StoreError> {
    let since = state.since();
    let done = sqlx::query!(
        "UPDATE vendors SET state = $2, state_since = $3, state_reason = $4, version = version + 1
          WHERE version = $1",
        from.version,
        state.shut().map_or(OPEN, |it| it.name()),
        since.map(|it| it.at.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
        since.map(|it| it.reason.as_str()),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The name of the state that is no shut one.
const OPEN: &str = "open";

/// A state as it is stored.
pub(in crate::store) struct Stored<'a> {
    pub vendor: Uuid,
    pub state: &'a str,
    pub since: Option<Timestamp>,
    pub reason: Option<String>,
}

impl TryFrom<Stored<'_>> for VendorState {
    type Error = StoreError;

    fn try_from(row: Stored<'_>) -> Result<Self, StoreError> {
        let reason = row.reason.map(VendorReason::try_from).transpose();
        let reason =
            reason.map_err(|e| StoreError::corrupt("vendors", "state_reason", row.vendor, e))?;
        let since = row
            .since
            .zip(reason)
            .map(|(at, reason)| Since { at, reason });
        match (row.state, since) {
            (OPEN, None) => Ok(Self::Open),
            ("suspended", Some(since)) => Ok(Self::Suspended(since)),
            ("closed", Some(since)) => Ok(Self::Closed(since)),
            _ => {
                let what = "it does not go with since when and why";
                Err(StoreError::corrupt("vendors", "state", row.vendor, what))
            }
        }
    }
}
