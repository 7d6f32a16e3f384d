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
pub struct NewLine {
    pub entry: Uuid,
    pub at: Timestamp,
    pub user: Option<UserId>,
    pub step: SecurityStep,
    pub from: Option<IpAddr>,
}

/// Writes a line: about whose transaction it is, or for the jobs' role about anybody.
pub async fn write(tx: &mut Tx, new: NewLine) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO security_log (entry_id, at, user_id, step, refusal, from_ip) VALUES ($1, $2, $3, $4, $5, $6)",
        new.entry,
        new.at.to_sqlx(),
        new.user.map(UserId::as_uuid),
        new.step.name(),
        new.step.is_refusal(),
        new.from.map(|it| it.to_string())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub step: SecurityStep,
    pub who: Option<Who>,
    pub from: Option<IpAddr>,
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
        r#"SELECT l.entry_id, l.at, l.user_id, l.step, l.from_ip, p.name AS "name?", p.email AS "email?"
             FROM security_log l LEFT JOIN LATERAL person_in_security_log(l.user_id) p ON true
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
            who: row.user_id.zip(row.name).map(|(user, name)| Who {
                user: UserId::from_uuid(user),
                name,
                email: row.email,
            }),
            from: from
                .map_err(|it: std::net::AddrParseError| corrupt("from_ip", it.to_string()))?,
        })
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
