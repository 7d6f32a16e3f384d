//! What was changed of the transaction's vendor itself; only ever added to.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{UserId, VendorId},
    people::{person::Person, roles::Role},
    vendor::change::VendorChange,
};
use uuid::Uuid;

/// A line about to be written.
#[derive(Debug)]
pub struct NewLine<'a> {
    pub entry: Uuid,
    pub vendor: VendorId,
    pub at: Timestamp,
    pub by: (UserId, Role),
    pub change: &'a VendorChange,
}

/// Writes a line.
pub async fn write(tx: &mut Tx, new: &NewLine<'_>) -> Result<(), StoreError> {
    let change = serde_json::to_value(new.change)
        .map_err(|e| StoreError::corrupt("vendor_log", "change", new.entry, e))?;
    sqlx::query!(
        "INSERT INTO vendor_log (vendor_id, entry_id, at, by_id, by_role, change) VALUES ($1, $2, $3, $4, $5, $6)",
        new.vendor.as_uuid(),
        new.entry,
        new.at.to_sqlx(),
        new.by.0.as_uuid(),
        new.by.1.name(),
        change
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub by: Person,
    pub change: VendorChange,
}

/// A page of the log, newest first.
pub async fn lines(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Line>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT entry_id, at, by_id, name_of_person(by_id) AS "by_name!", by_role, change
             FROM vendor_log
            WHERE ($1::timestamptz IS NULL OR (at, entry_id) < ($1, $2::uuid))
            ORDER BY at DESC, entry_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.at.to_jiff(), row.entry_id));
    rows.try_map(|row| {
        let role = persons::role("vendor_log", row.entry_id, &row.by_role)?;
        Ok(Line {
            at: row.at.to_jiff(),
            by: Person::new(UserId::from_uuid(row.by_id), row.by_name, role),
            change: serde_json::from_value(row.change)
                .map_err(|e| StoreError::corrupt("vendor_log", "change", row.entry_id, e))?,
        })
    })
}
