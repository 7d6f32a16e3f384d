//! The jobs of the program: when each ran, what came of it, when it is due, and who runs it now.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::NodeId;

/// Most jobs that are listed; the program has far fewer.
const MAX_LISTED: i64 = 200;

/// What is known of one job.
#[derive(Clone, Debug)]
pub struct JobRun {
    pub name: String,
    pub next_due: Option<Timestamp>,
    pub running: bool,
    pub last_end: Option<Timestamp>,
    pub last_done: Option<Timestamp>,
    pub failures: u32,
    pub error: Option<String>,
}

/// What came of a run.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    pub start: Timestamp,
    pub end: Timestamp,
    /// Failed runs in a row; 0 for a good one.
    pub failures: u32,
    pub error: Option<&'a str>,
    /// `None` for what looks for work by itself.
    pub next_due: Option<Timestamp>,
}

/// Makes a job known; one that is known keeps its past and its time.
pub async fn announce(
    tx: &mut Tx,
    name: &str,
    schedule: &str,
    first_due: Option<Timestamp>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO job_runs (name, schedule, next_due) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET schedule = $2, next_due = coalesce(job_runs.next_due, $3)",
        name,
        schedule,
        first_due.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets jobs that the program has no more.
pub async fn forget_others(tx: &mut Tx, known: &[String]) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM job_runs WHERE NOT (name = ANY($1))", known)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes a job that is due and that nobody runs, or goes on with one that this node runs; answers its failures in a row.
pub async fn claim(
    tx: &mut Tx,
    name: &str,
    node: NodeId,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let failures = sqlx::query_scalar!(
        "UPDATE job_runs SET taken_by = $2, lease_until = $4, last_start = $3
          WHERE name = $1 AND next_due <= $3
            AND (lease_until IS NULL OR lease_until < $3 OR taken_by = $2)
         RETURNING failures",
        name,
        node.as_uuid(),
        now.to_sqlx(),
        lease_until.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(failures.map(i32::unsigned_abs))
}

/// When a job is due, or free again where somebody runs it.
pub async fn due(tx: &mut Tx, name: &str) -> Result<Option<Timestamp>, StoreError> {
    let due = sqlx::query_scalar!(
        "SELECT greatest(next_due, lease_until) FROM job_runs WHERE name = $1",
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(due.flatten().map(jiff_sqlx::Timestamp::to_jiff))
}

/// Notes what came of a run, and lets go of the job.
pub async fn settle(tx: &mut Tx, name: &str, ran: Ran<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE job_runs
            SET taken_by = NULL, lease_until = NULL, last_start = $2, last_end = $3, failures = $4, error = left($5, 500),
                outcome = CASE WHEN $4 = 0 THEN 'done' ELSE 'failed' END,
                last_done = CASE WHEN $4 = 0 THEN $3 ELSE last_done END,
                next_due = $6
          WHERE name = $1",
        name,
        ran.start.to_sqlx(),
        ran.end.to_sqlx() as jiff_sqlx::Timestamp,
        i32::try_from(ran.failures).unwrap_or(i32::MAX),
        ran.error,
        ran.next_due.map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of what these (dead) processes ran.
pub async fn release(tx: &mut Tx, nodes: &[NodeId]) -> Result<(), StoreError> {
    let nodes: Vec<uuid::Uuid> = nodes.iter().map(|node| node.as_uuid()).collect();
    sqlx::query!(
        "UPDATE job_runs SET taken_by = NULL, lease_until = NULL WHERE taken_by = ANY($1)",
        &nodes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes a job due now. `false`: there is none of this name, or it looks for work by itself.
pub async fn ask(tx: &mut Tx, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE job_runs SET next_due = least(next_due, $2) WHERE name = $1 AND next_due IS NOT NULL",
        name,
        now.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Every job, by name.
pub async fn all(tx: &mut Tx, now: Timestamp) -> Result<Vec<JobRun>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT name, next_due, coalesce(lease_until > $1, false) AS "running!", last_end, last_done, failures, error
             FROM job_runs ORDER BY name LIMIT $2"#,
        now.to_sqlx(),
        MAX_LISTED,
    )
    .fetch_all(tx.conn())
    .await?;
    let at = |it: Option<jiff_sqlx::Timestamp>| it.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(rows
        .into_iter()
        .map(|row| JobRun {
            name: row.name,
            next_due: at(row.next_due),
            running: row.running,
            last_end: at(row.last_end),
            last_done: at(row.last_done),
            failures: row.failures.unsigned_abs(),
            error: row.error,
        })
        .collect())
}
