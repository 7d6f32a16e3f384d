//! What happened at the doors of accounts; only ever added to.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{ids::UserId, people::security::SecurityStep};
use std::net::IpAddr;
use uuid::Uuid;

/// A line about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewLine<'a> {
    pub entry: Uuid,
    pub at: Timestamp,
    pub user: Option<UserId>,
    pub step: SecurityStep,
    pub from: Option<IpAddr>,
    /// Who did it for them, and why.
    pub by: Option<UserId>,
    pub reason: Option<&'a str>,
}

/// Writes a line: about whose transaction it is, or for the jobs' role about anybody. `false`: it stands there already.
pub async fn write(tx: &mut Tx, new: NewLine<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO security_log (entry_id, at, user_id, step, refusal, from_ip, by_id, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        new.entry,
        new.at.to_sqlx(),
        new.user.map(UserId::as_uuid),
        new.step.name(),
        new.step.is_refusal(),
        new.from.map(|it| it.to_string()),
        new.by.map(UserId::as_uuid),
        new.reason
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a line says that was written under this id, and about whom. For the jobs' role.
pub async fn written(
    tx: &mut Tx,
    entry: Uuid,
) -> Result<Option<(SecurityStep, Option<UserId>)>, StoreError> {
    let row = sqlx::query!(
        "SELECT step, user_id FROM security_log WHERE entry_id = $1",
        entry
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let step = SecurityStep::from_name(&row.step)
            .ok_or_else(|| StoreError::corrupt("security_log", "step", entry, row.step))?;
        Ok((step, row.user_id.map(UserId::from_uuid)))
    })
    .transpose()
}

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub step: SecurityStep,
    pub who: Option<Who>,
    pub from: Option<IpAddr>,
    /// Who did it for them, and why.
    pub by: Option<Who>,
    pub reason: Option<String>,
}

/// Whose account it was.
#[derive(Clone, Debug)]
pub struct Who {
    pub user: UserId,
    pub name: String,
    pub email: Option<String>,
}

/// A page of the log, the newest first; the refusals alone, if wished. For the platform's role.
pub async fn lines(tx: &mut Tx, refusals: bool, wanted: &Wanted) -> Result<Part<Line>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT l.entry_id, l.at, l.user_id, l.step, l.from_ip, p.name AS "name?", p.email AS "email?", l.by_id,
                  b.name AS "by_name?", b.email AS "by_email?", l.reason
             FROM security_log l LEFT JOIN LATERAL person_in_security_log(l.user_id) p ON true
                                 LEFT JOIN LATERAL person_in_security_log(l.by_id) b ON true
            WHERE (l.refusal OR NOT $4)
              AND ($1::timestamptz IS NULL OR (l.at, l.entry_id) < ($1, $2::uuid))
            ORDER BY l.at DESC, l.entry_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows(),
        refusals
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.at.to_jiff(), row.entry_id));
    rows.try_map(|row| {
        let corrupt =
            |column, what: String| StoreError::corrupt("security_log", column, row.entry_id, what);
        let step = SecurityStep::from_name(&row.step);
        let from = row.from_ip.map(|it| it.parse()).transpose();
        Ok(Line {
            at: row.at.to_jiff(),
            step: step.ok_or_else(|| corrupt("step", row.step.clone()))?,
            who: who(row.user_id, row.name, row.email),
            by: who(row.by_id, row.by_name, row.by_email),
            reason: row.reason,
            from: from
                .map_err(|it: std::net::AddrParseError| corrupt("from_ip", it.to_string()))?,
        })
    })
}

fn who(user: Option<Uuid>, name: Option<String>, email: Option<String>) -> Option<Who> {
    user.zip(name).map(|(user, name)| Who {
        user: UserId::from_uuid(user),
        name,
        email,
    })
}

/// Ends lines older than this, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM security_log WHERE entry_id IN (SELECT entry_id FROM security_log WHERE at < $1 LIMIT $2)",
        before.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
