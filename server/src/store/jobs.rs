//! Work after commit: written in the transaction that makes it necessary, taken with SKIP LOCKED by any node.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::{NodeId, VendorId};
use uuid::Uuid;

/// A job that this node has taken.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Uuid,
    pub vendor: VendorId,
    pub kind: String,
    /// What the work is about.
    pub subject: Uuid,
    /// Counts this attempt too.
    pub attempts: i32,
}

/// A job about to be written.
#[derive(Debug)]
pub struct NewJob<'a> {
    pub id: Uuid,
    pub vendor: VendorId,
    pub kind: &'a str,
    pub subject: Uuid,
    pub run_at: Timestamp,
}

/// Writes a job; one of a kind for each subject, so that writing it again changes nothing.
pub async fn enqueue(tx: &mut Tx, new: &NewJob<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO jobs (job_id, vendor_id, kind, subject, run_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, subject) DO NOTHING",
        new.id,
        new.vendor.as_uuid(),
        new.kind,
        new.subject,
        new.run_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the most pressing job of this kind, if one is due; others that ask at the same time get another. For
/// the jobs' role.
pub async fn take(
    tx: &mut Tx,
    kind: &str,
    node: NodeId,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Job>, StoreError> {
    let row = sqlx::query!(
        "UPDATE jobs SET taken_by = $2, lease_until = $4, attempts = attempts + 1
          WHERE job_id = (SELECT job_id FROM jobs
                           WHERE kind = $1 AND run_at <= $3 AND (lease_until IS NULL OR lease_until < $3)
                           ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING job_id, vendor_id, kind, subject, attempts",
        kind,
        node.as_uuid(),
        now.to_sqlx(),
        lease_until.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Job {
        id: row.job_id,
        vendor: VendorId::from_uuid(row.vendor_id),
        kind: row.kind,
        subject: row.subject,
        attempts: row.attempts,
    }))
}

/// The work is done. For the jobs' role.
pub async fn finish(tx: &mut Tx, job: Uuid) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM jobs WHERE job_id = $1", job)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The work failed; it is tried again at `run_at`. For the jobs' role.
pub async fn postpone(
    tx: &mut Tx,
    job: Uuid,
    run_at: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE jobs SET run_at = $2, lease_until = NULL, taken_by = NULL, last_error = left($3, 500)
          WHERE job_id = $1",
        job,
        run_at.to_sqlx(),
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of the jobs that these (dead) processes had taken, so that nobody waits for their leases. For the
/// jobs' role.
pub async fn release(tx: &mut Tx, nodes: &[NodeId]) -> Result<(), StoreError> {
    let nodes: Vec<Uuid> = nodes.iter().map(|node| node.as_uuid()).collect();
    sqlx::query!(
        "UPDATE jobs SET lease_until = NULL, taken_by = NULL WHERE taken_by = ANY($1)",
        &nodes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many jobs wait or run.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM jobs"#)
            .fetch_one(tx.conn())
            .await?,
    )
}
