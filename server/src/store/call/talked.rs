//! How long people talked in calls (CU3): those that were answered and are over, from their start to their end.

use crate::store::{StoreError, Tx};
use orderline_domain::ids::{CustomerId, ThreadId};
use std::collections::HashMap;
use uuid::Uuid;

/// Milliseconds in each of these threads; one without such a call is left out.
pub async fn of_threads(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<HashMap<ThreadId, u64>, StoreError> {
    let threads: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT thread_id, coalesce(sum(duration_ms), 0)::bigint AS "ms!"
             FROM calls
            WHERE thread_id = ANY($1) AND state = 'ended' AND started_at IS NOT NULL
            GROUP BY thread_id"#,
        &threads
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ThreadId::from_uuid(row.thread_id), row.ms.unsigned_abs()))
        .collect())
}

/// Milliseconds in all threads in which this customer buys, or a record that became one with theirs.
pub async fn of_customer(tx: &mut Tx, customer: CustomerId) -> Result<u64, StoreError> {
    let threads = sqlx::query_scalar!(
        "SELECT p.thread_id
           FROM customers c
           JOIN thread_people p ON p.vendor_id = c.vendor_id AND p.user_id = c.user_id AND p.role = 'buyer'
          WHERE $1 IN (c.customer_id, c.merged_into)",
        customer.as_uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let threads: Vec<ThreadId> = threads.into_iter().map(ThreadId::from_uuid).collect();
    Ok(of_threads(tx, &threads).await?.into_values().sum())
}
