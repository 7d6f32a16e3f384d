//! The threads in which a person buys, at every vendor.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use orderline_domain::ids::{ThreadId, VendorId};

/// A thread as its buyer's own list shows it.
#[derive(Clone, Debug)]
pub struct OwnThread {
    pub thread: ThreadId,
    pub vendor: VendorId,
    pub vendor_name: String,
    pub title: String,
    /// Who sells there.
    pub seller: Option<String>,
    pub last_at: Timestamp,
    pub unread: i64,
}

/// A page of those of the transaction's person, the newest first.
pub async fn of_person(tx: &mut Tx, wanted: &Wanted) -> Result<Part<OwnThread>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT thread_id AS "thread_id!", vendor_id AS "vendor_id!", vendor_name AS "vendor_name!", title AS "title!",
                  seller, last_at AS "last_at!", unread AS "unread!"
             FROM own_threads($1, $2, $3)"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.last_at.to_jiff(), row.thread_id));
    Ok(rows.map(|row| OwnThread {
        thread: ThreadId::from_uuid(row.thread_id),
        vendor: VendorId::from_uuid(row.vendor_id),
        vendor_name: row.vendor_name,
        title: row.title,
        seller: row.seller,
        last_at: row.last_at.to_jiff(),
        unread: row.unread.max(0),
    }))
}
