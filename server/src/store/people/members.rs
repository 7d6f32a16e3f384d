//! Who works for the transaction's vendor, as what, and the log of what was changed about them.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{SessionId, UserId, VendorId},
    people::{invitation::PeopleChange, person::Person, roles::Role},
};
use uuid::Uuid;

/// One of a person's roles at the vendor.
#[derive(Clone, Debug)]
pub struct Membership {
    pub person: Person,
    /// Never logged.
    pub email: Option<String>,
    pub granted_at: Timestamp,
    /// Since when it gives no right.
    pub suspended_at: Option<Timestamp>,
}

/// A page of them, those that were given last first.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Membership>, StoreError> {
    let rows = sqlx::query!(
        "SELECT m.grant_id, m.user_id, p.name, p.email, m.role, m.granted_at, m.suspended_at
           FROM memberships m JOIN people p USING (user_id)
          WHERE ($1::timestamptz IS NULL OR (m.granted_at, m.grant_id) < ($1, $2::uuid))
          ORDER BY m.granted_at DESC, m.grant_id DESC LIMIT $3",
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.granted_at.to_jiff(), row.grant_id)
    });
    rows.try_map(|row| {
        let role = persons::role("memberships", row.user_id, &row.role)?;
        Ok(Membership {
            person: Person::new(UserId::from_uuid(row.user_id), row.name, role),
            email: row.email,
            granted_at: row.granted_at.to_jiff(),
            suspended_at: row.suspended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    })
}

/// The vendor knows this person from now on, for whatever reason. Needs the jobs' role.
pub async fn tie(
    tx: &mut Tx,
    vendor: VendorId,
    user: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO vendor_people (vendor_id, user_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        vendor.as_uuid(),
        user.as_uuid(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives a role. `false`: the person has it already, perhaps suspended.
pub async fn grant(
    tx: &mut Tx,
    vendor: VendorId,
    (user, role): (UserId, Role),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO memberships (vendor_id, user_id, role, granted_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        vendor.as_uuid(),
        user.as_uuid(),
        role.name(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the person has the role, and since when it is suspended.
pub async fn find(
    tx: &mut Tx,
    user: UserId,
    role: Role,
) -> Result<Option<Option<Timestamp>>, StoreError> {
    let row = sqlx::query!(
        "SELECT suspended_at FROM memberships WHERE user_id = $1 AND role = $2 FOR UPDATE",
        user.as_uuid(),
        role.name()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.suspended_at.map(jiff_sqlx::Timestamp::to_jiff)))
}

/// How many hold this role unsuspended; their rows are locked until the commit, so that two who take it from each other
/// come one after the other.
pub async fn holders(tx: &mut Tx, role: Role) -> Result<usize, StoreError> {
    let rows = sqlx::query_scalar!(
        "SELECT user_id FROM memberships WHERE role = $1 AND suspended_at IS NULL ORDER BY user_id FOR UPDATE",
        role.name()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.len())
}

/// Suspends a role, or (`None`) restores it.
pub async fn suspend(
    tx: &mut Tx,
    (user, role): (UserId, Role),
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE memberships SET suspended_at = $3 WHERE user_id = $1 AND role = $2",
        user.as_uuid(),
        role.name(),
        at.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a role back. What was done in it stays.
pub async fn remove(tx: &mut Tx, user: UserId, role: Role) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM memberships WHERE user_id = $1 AND role = $2",
        user.as_uuid(),
        role.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All sessions of a person of the vendor's, which end when a right was taken from them.
pub async fn end_sessions(tx: &mut Tx, user: UserId) -> Result<Vec<SessionId>, StoreError> {
    let ended = sqlx::query_scalar!(
        r#"SELECT end_sessions_of AS "session!" FROM end_sessions_of($1)"#,
        user.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// The sessions of a person of the vendor's get other tokens, since they have another right.
pub async fn renew_sessions(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    sqlx::query!("SELECT renew_sessions_of($1)", user.as_uuid())
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// All sessions of everybody who works for the vendor, which end when it is shut.
pub async fn end_all_sessions(tx: &mut Tx) -> Result<Vec<SessionId>, StoreError> {
    let ended = sqlx::query_scalar!(
        r#"SELECT end_sessions_of_members AS "session!" FROM end_sessions_of_members()"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// A line of the log about to be written.
#[derive(Debug)]
pub struct NewLine {
    pub entry: Uuid,
    pub vendor: VendorId,
    pub at: Timestamp,
    pub by: (UserId, Role),
    pub about: UserId,
    pub change: PeopleChange,
}

/// Writes a line.
pub async fn log(tx: &mut Tx, new: &NewLine) -> Result<(), StoreError> {
    let change = serde_json::to_value(new.change)
        .map_err(|e| StoreError::corrupt("people_log", "change", new.entry, e))?;
    sqlx::query!(
        "INSERT INTO people_log (entry_id, vendor_id, at, by_id, by_role, about_id, change)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.entry,
        new.vendor.as_uuid(),
        new.at.to_sqlx(),
        new.by.0.as_uuid(),
        new.by.1.name(),
        new.about.as_uuid(),
        change
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub by: Person,
    pub about: String,
    pub change: PeopleChange,
}

/// A page of the vendor's log, newest first.
pub async fn lines(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Line>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT l.entry_id, l.at, l.by_id, name_of_person(l.by_id) AS "by_name!", l.by_role, a.name AS about, l.change
             FROM people_log l JOIN people a ON a.user_id = l.about_id
            WHERE ($1::timestamptz IS NULL OR (l.at, l.entry_id) < ($1, $2::uuid))
            ORDER BY l.at DESC, l.entry_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.at.to_jiff(), row.entry_id));
    rows.try_map(|row| {
        let role = persons::role("people_log", row.entry_id, &row.by_role)?;
        Ok(Line {
            at: row.at.to_jiff(),
            by: Person::new(UserId::from_uuid(row.by_id), row.by_name, role),
            about: row.about,
            change: serde_json::from_value(row.change)
                .map_err(|e| StoreError::corrupt("people_log", "change", row.entry_id, e))?,
        })
    })
}
