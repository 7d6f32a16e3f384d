//! Who has which of the platform's roles. For the platform's database role.

use super::{members::Membership, persons};
use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{SessionId, UserId},
    people::{person::Person, roles::Role},
};

/// A page of them, those that were given last first.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Membership>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT r.grant_id, r.user_id, p.name AS "name!", p.email, r.role, r.granted_at, r.suspended_at
             FROM platform_roles r CROSS JOIN LATERAL person_at_platform(r.user_id) p
            WHERE ($1::timestamptz IS NULL OR (r.granted_at, r.grant_id) < ($1, $2::uuid))
            ORDER BY r.granted_at DESC, r.grant_id DESC LIMIT $3"#,
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
        let role = persons::role("platform_roles", row.user_id, &row.role)?;
        Ok(Membership {
            person: Person::new(UserId::from_uuid(row.user_id), row.name, role),
            email: row.email,
            granted_at: row.granted_at.to_jiff(),
            suspended_at: row.suspended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    })
}

/// Whose account has this address, as it is compared.
pub async fn account(tx: &mut Tx, email: &str) -> Result<Option<UserId>, StoreError> {
    let user = sqlx::query_scalar!("SELECT account_of_address($1)", email)
        .fetch_one(tx.conn())
        .await?;
    Ok(user.map(UserId::from_uuid))
}

/// Gives a role. `false`: the person has it already.
pub async fn give(
    tx: &mut Tx,
    (user, role): (UserId, Role),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO platform_roles (user_id, role, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        user.as_uuid(),
        role.name(),
        at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many hold this role; their rows are locked until the commit, so that two who take it from each other come one after
/// the other.
pub async fn holders(tx: &mut Tx, role: Role) -> Result<usize, StoreError> {
    let rows = sqlx::query_scalar!(
        "SELECT user_id FROM platform_roles WHERE role = $1 AND suspended_at IS NULL ORDER BY user_id FOR UPDATE",
        role.name()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.len())
}

/// Ends all sessions of somebody who has one of the platform's roles.
pub async fn end_sessions(tx: &mut Tx, user: UserId) -> Result<Vec<SessionId>, StoreError> {
    let ended = sqlx::query_scalar!(
        r#"SELECT end_sessions_of_steward AS "session!" FROM end_sessions_of_steward($1)"#,
        user.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// Takes a role back. `false`: they do not have it.
pub async fn take(tx: &mut Tx, user: UserId, role: Role) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM platform_roles WHERE user_id = $1 AND role = $2",
        user.as_uuid(),
        role.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
