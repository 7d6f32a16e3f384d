//! Requests that were refused for want of rights, counted by the hour.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::security::Who},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::UserId,
    people::refusal::{Line, MAX_LINES, Refused},
};
use std::net::IpAddr;
use uuid::Uuid;

/// Counts so many more of a line; beyond what its network may have in the hour it is left out. For the jobs' role.
pub async fn count(
    tx: &mut Tx,
    id: Uuid,
    (line, network): (&Line, IpAddr),
    times: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO security_refusals (line_id, hour, user_id, from_ip, network, refused, times)
         SELECT $1, $2, $3, $4, $5, $6, $7
          WHERE (SELECT count(*) FROM security_refusals r WHERE r.hour = $2 AND r.network = $5) < $8
             OR EXISTS (SELECT FROM security_refusals r
                         WHERE r.hour = $2 AND r.user_id IS NOT DISTINCT FROM $3 AND r.from_ip = $4 AND r.refused = $6)
             ON CONFLICT ON CONSTRAINT security_refusals_once
             DO UPDATE SET times = security_refusals.times + EXCLUDED.times",
        id,
        line.hour.to_sqlx() as jiff_sqlx::Timestamp,
        line.user.map(UserId::as_uuid),
        line.from.to_string(),
        network.to_string(),
        line.refused.name(),
        times,
        MAX_LINES
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A line as it was counted.
#[derive(Clone, Debug)]
pub struct Counted {
    pub hour: Timestamp,
    pub refused: Refused,
    pub who: Option<Who>,
    pub from: IpAddr,
    pub times: i64,
}

/// A page of them, the newest hour first. For the platform's role.
pub async fn lines(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Counted>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT l.line_id, l.hour, l.user_id, l.from_ip, l.refused, l.times, p.name AS "name?", p.email AS "email?"
             FROM security_refusals l LEFT JOIN LATERAL person_in_security_log(l.user_id) p ON true
            WHERE ($1::timestamptz IS NULL OR (l.hour, l.line_id) < ($1, $2::uuid))
            ORDER BY l.hour DESC, l.line_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.hour.to_jiff(), row.line_id));
    rows.try_map(|row| {
        let corrupt = |column, what: String| {
            StoreError::corrupt("security_refusals", column, row.line_id, what)
        };
        let refused = Refused::from_name(&row.refused);
        let from = row.from_ip.parse();
        Ok(Counted {
            hour: row.hour.to_jiff(),
            refused: refused.ok_or_else(|| corrupt("refused", row.refused.clone()))?,
            who: row.user_id.zip(row.name).map(|(user, name)| Who {
                user: UserId::from_uuid(user),
                name,
                email: row.email,
            }),
            from: from
                .map_err(|it: std::net::AddrParseError| corrupt("from_ip", it.to_string()))?,
            times: row.times,
        })
    })
}

/// Ends lines older than this, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM security_refusals WHERE line_id IN (SELECT line_id FROM security_refusals WHERE hour < $1 LIMIT $2)",
        before.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
