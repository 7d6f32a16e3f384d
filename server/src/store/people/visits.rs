//! What the platform's people look for across vendors, and for how long they look into one.

use super::persons;
use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{SearchId, SessionId, ThreadId, UserId, VendorId, VisitId},
    people::{
        person::Person,
        roles::Role,
        visit::{MAX_FOUND, Sought},
    },
    text::VisitReason,
};

/// Where something is.
#[derive(Clone, Debug)]
pub struct Found {
    pub vendor: VendorId,
    pub vendor_name: String,
    pub thread: ThreadId,
    pub title: String,
    pub order: Option<i64>,
    pub at: Timestamp,
}

/// Where this is, whichever vendor it is at; the newest first, at most [`MAX_FOUND`]. For the platform's role.
pub async fn find(tx: &mut Tx, sought: &Sought) -> Result<Vec<Found>, StoreError> {
    let (order, thread, buyer) = match sought {
        Sought::Order(number) => (Some(*number), None, None),
        Sought::Thread(thread) => (None, Some(thread.as_uuid()), None),
        Sought::Buyer(address) => (None, None, Some(address.as_str())),
    };
    let rows = sqlx::query!(
        r#"SELECT t.vendor_id AS "vendor_id!", v.name AS "vendor_name!", t.thread_id AS "thread_id!",
                  t.title AS "title!", o.number AS "number?", coalesce(o.placed_at, t.last_at) AS "at!"
             FROM (SELECT vendor_id, thread_id FROM orders WHERE number = $1
                    UNION
                   SELECT vendor_id, thread_id FROM threads WHERE thread_id = $2
                    UNION
                   SELECT vendor_id, thread_id FROM thread_people
                    WHERE user_id = account_of_address($3) AND role = 'buyer') hit
             JOIN threads t USING (vendor_id, thread_id)
             JOIN vendors v USING (vendor_id)
             LEFT JOIN orders o ON o.vendor_id = hit.vendor_id AND o.thread_id = hit.thread_id
                               AND ($1::bigint IS NULL OR o.number = $1)
            ORDER BY coalesce(o.placed_at, t.last_at) DESC, t.thread_id LIMIT $4"#,
        order,
        thread,
        buyer,
        i64::try_from(MAX_FOUND).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.conn())
    .await?;
    let found = rows.into_iter().map(|row| Found {
        vendor: VendorId::from_uuid(row.vendor_id),
        vendor_name: row.vendor_name,
        thread: ThreadId::from_uuid(row.thread_id),
        title: row.title,
        order: row.number,
        at: row.at.to_jiff(),
    });
    Ok(found.collect())
}

/// A search as it is written down.
#[derive(Clone, Debug)]
pub struct Written {
    pub search: SearchId,
    pub by: (UserId, Role),
    pub at: Timestamp,
    pub what: String,
    pub reason: VisitReason,
    /// How much was found, and whose it is.
    pub found: usize,
    pub vendors: Vec<VendorId>,
}

/// Writes a search down. `false`: one with this id is written already.
pub async fn write(tx: &mut Tx, new: &Written) -> Result<bool, StoreError> {
    let vendors: Vec<uuid::Uuid> = new.vendors.iter().map(|it| it.as_uuid()).collect();
    let done = sqlx::query!(
        "INSERT INTO platform_searches (search_id, user_id, role, at, what, reason, found, vendors)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        new.search.as_uuid(),
        new.by.0.as_uuid(),
        new.by.1.name(),
        new.at.to_sqlx(),
        new.what,
        new.reason.as_str(),
        i32::try_from(new.found).unwrap_or(i32::MAX),
        &vendors
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A search that was written down.
pub async fn written(tx: &mut Tx, search: SearchId) -> Result<Option<Written>, StoreError> {
    let row = sqlx::query!(
        "SELECT user_id, role, at, what, reason, found, vendors FROM platform_searches WHERE search_id = $1",
        search.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let role = persons::role("platform_searches", search, &row.role)?;
        Ok(Written {
            search,
            by: (UserId::from_uuid(row.user_id), role),
            at: row.at.to_jiff(),
            what: row.what,
            reason: reason("platform_searches", search, row.reason)?,
            found: usize::try_from(row.found).unwrap_or_default(),
            vendors: row.vendors.into_iter().map(VendorId::from_uuid).collect(),
        })
    })
    .transpose()
}

/// Somebody looks into a vendor.
#[derive(Clone, Debug)]
pub struct Visit {
    pub visit: VisitId,
    pub vendor: VendorId,
    pub user: UserId,
    pub role: Role,
    pub search: SearchId,
    pub until: Timestamp,
}

/// A visit begins; the vendor knows the person from now on. For the platform's role.
pub async fn begin(
    tx: &mut Tx,
    new: &Visit,
    reason: &VisitReason,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO vendor_people (vendor_id, user_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        new.vendor.as_uuid(),
        new.user.as_uuid(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO visits (vendor_id, visit_id, user_id, role, search_id, reason, began_at, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.vendor.as_uuid(),
        new.visit.as_uuid(),
        new.user.as_uuid(),
        new.role.name(),
        new.search.as_uuid(),
        reason.as_str(),
        at.to_sqlx(),
        new.until.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A visit, locked until the commit.
pub async fn lock(tx: &mut Tx, visit: VisitId) -> Result<Option<Visit>, StoreError> {
    let row = sqlx::query!(
        "SELECT vendor_id, user_id, role, search_id, until FROM visits WHERE visit_id = $1 FOR UPDATE",
        visit.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Visit {
            visit,
            vendor: VendorId::from_uuid(row.vendor_id),
            user: UserId::from_uuid(row.user_id),
            role: persons::role("visits", visit, &row.role)?,
            search: SearchId::from_uuid(row.search_id),
            until: row.until.to_jiff(),
        })
    })
    .transpose()
}

/// Extends the visit to this vendor by this search that lasts now, and answers it.
pub async fn extend(
    tx: &mut Tx,
    wanted: &Visit,
    now: Timestamp,
) -> Result<Option<VisitId>, StoreError> {
    let extended = sqlx::query_scalar!(
        "UPDATE visits SET until = $5
          WHERE user_id = $1 AND vendor_id = $2 AND search_id = $3 AND role = $4 AND until > $6 RETURNING visit_id",
        wanted.user.as_uuid(),
        wanted.vendor.as_uuid(),
        wanted.search.as_uuid(),
        wanted.role.name(),
        wanted.until.to_sqlx() as jiff_sqlx::Timestamp,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(extended.map(VisitId::from_uuid))
}

/// Ends this person's visits to the vendor, and answers the sessions that can do less from now on. For the jobs' role.
pub async fn end(
    tx: &mut Tx,
    (user, vendor): (UserId, VendorId),
    now: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    sqlx::query!(
        "UPDATE visits SET until = $3 WHERE user_id = $1 AND vendor_id = $2 AND until > $3",
        user.as_uuid(),
        vendor.as_uuid(),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx.conn())
    .await?;
    let sessions = sqlx::query_scalar!(
        "SELECT session_id FROM sessions WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(sessions.into_iter().map(SessionId::from_uuid).collect())
}

/// Somebody looked in, as the vendor reads it.
#[derive(Clone, Debug)]
pub struct Line {
    pub by: Person,
    pub from: Timestamp,
    pub until: Timestamp,
    pub reason: VisitReason,
}

/// A page of who looked into the transaction's vendor, the newest first.
pub async fn lines(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Line>, StoreError> {
    let rows = sqlx::query!(
        "SELECT w.visit_id, w.user_id, p.name, w.role, w.began_at, w.until, w.reason
           FROM visits w JOIN people p USING (user_id)
          WHERE ($1::timestamptz IS NULL OR (w.began_at, w.visit_id) < ($1, $2::uuid))
          ORDER BY w.began_at DESC, w.visit_id DESC LIMIT $3",
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.began_at.to_jiff(), row.visit_id));
    rows.try_map(|row| {
        let role = persons::role("visits", row.visit_id, &row.role)?;
        Ok(Line {
            by: Person::new(UserId::from_uuid(row.user_id), row.name, role),
            from: row.began_at.to_jiff(),
            until: row.until.to_jiff(),
            reason: reason("visits", row.visit_id, row.reason)?,
        })
    })
}

fn reason(
    table: &'static str,
    row: impl ToString,
    stored: String,
) -> Result<VisitReason, StoreError> {
    VisitReason::try_from(stored).map_err(|e| StoreError::corrupt(table, "reason", row, e))
}
