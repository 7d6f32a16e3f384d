//! Work after commit: written in the transaction that makes it necessary, taken with SKIP LOCKED by any node.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{NodeId, VendorId},
    job::Taken,
};
use uuid::Uuid;

/// A job about to be written.
#[derive(Debug)]
pub struct NewJob<'a> {
    pub id: Uuid,
    /// None: it is a person's account's.
    pub vendor: Option<VendorId>,
    pub kind: &'a str,
    pub subject: Uuid,
    pub run_at: Timestamp,
}

/// Writes a job; one of a kind for each subject, so that writing it again changes nothing, unless it was given up: then
/// it is tried once more.
pub async fn enqueue(tx: &mut Tx, new: &NewJob<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO jobs (job_id, vendor_id, kind, subject, run_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (vendor_id, kind, subject) DO UPDATE SET run_at = $5, failed_at = NULL, attempts = 0
               WHERE jobs.failed_at IS NOT NULL",
        new.id,
        new.vendor.map(VendorId::as_uuid),
        new.kind,
        new.subject,
        new.run_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a job about something new, of which there can be none yet.
pub async fn enqueue_new(tx: &mut Tx, new: &NewJob<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO jobs (job_id, vendor_id, kind, subject, run_at) VALUES ($1, $2, $3, $4, $5)",
        new.id,
        new.vendor.map(VendorId::as_uuid),
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
) -> Result<Option<Taken>, StoreError> {
    let row = sqlx::query!(
        "UPDATE jobs SET taken_by = $2, lease_until = $4, attempts = attempts + 1
          WHERE job_id = (SELECT job_id FROM jobs
                           WHERE kind = $1 AND failed_at IS NULL AND run_at <= $3
                             AND (lease_until IS NULL OR lease_until < $3)
                           ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING job_id, vendor_id, kind, subject, attempts",
        kind,
        node.as_uuid(),
        now.to_sqlx(),
        lease_until.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Taken {
        id: row.job_id,
        vendor: row.vendor_id.map(VendorId::from_uuid),
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

/// Others leave a row alone for longer that this process works on. For the jobs' role.
pub async fn renew(
    tx: &mut Tx,
    job: Uuid,
    node: NodeId,
    lease_until: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE jobs SET lease_until = $3 WHERE job_id = $1 AND taken_by = $2",
        job,
        node.as_uuid(),
        lease_until.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of what this process had taken of a kind. For the jobs' role.
pub async fn release_kind(tx: &mut Tx, kind: &str, node: NodeId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE jobs SET lease_until = NULL, taken_by = NULL WHERE kind = $1 AND taken_by = $2",
        kind,
        node.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The work is given up; the row stays to be seen. `repeatable`: what it worked on is still there. For the jobs' role.
pub async fn fail(
    tx: &mut Tx,
    job: Uuid,
    at: Timestamp,
    why: &str,
    repeatable: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE jobs SET failed_at = $2, lease_until = NULL, taken_by = NULL, last_error = left($3, 500),
                repeatable = $4
          WHERE job_id = $1",
        job,
        at.to_sqlx(),
        why,
        repeatable,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets jobs that were given up before `before`, at most `most`. For the jobs' role.
pub async fn forget_failed(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM jobs WHERE job_id IN
             (SELECT job_id FROM jobs WHERE failed_at < $1 ORDER BY failed_at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A row that waits, runs or was given up.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: Uuid,
    pub kind: String,
    pub subject: Uuid,
    pub run_at: Timestamp,
    pub attempts: u32,
    pub running: bool,
    pub failed_at: Option<Timestamp>,
    pub repeatable: bool,
    pub error: Option<String>,
}

/// The rows in scope: what was given up first, then what waits longest.
pub async fn waiting(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<Waiting>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT job_id, kind, subject, run_at, attempts, coalesce(lease_until > $1, false) AS "running!",
                  failed_at, repeatable, last_error
             FROM jobs ORDER BY failed_at IS NULL, failed_at DESC, run_at LIMIT $2"#,
        now.to_sqlx(),
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            id: row.job_id,
            kind: row.kind,
            subject: row.subject,
            run_at: row.run_at.to_jiff(),
            attempts: row.attempts.unsigned_abs(),
            running: row.running,
            failed_at: row.failed_at.map(jiff_sqlx::Timestamp::to_jiff),
            repeatable: row.repeatable,
            error: row.last_error,
        })
        .collect())
}

/// Makes a row due now, also one that was given up, unless it runs or what it worked on is gone. Answers its kind and
/// subject.
pub async fn again(
    tx: &mut Tx,
    job: Uuid,
    now: Timestamp,
) -> Result<Option<(String, Uuid)>, StoreError> {
    let row = sqlx::query!(
        "UPDATE jobs SET run_at = $2, failed_at = NULL, attempts = 0
          WHERE job_id = $1 AND repeatable AND (lease_until IS NULL OR lease_until < $2)
         RETURNING kind, subject",
        job,
        now.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.kind, row.subject)))
}
