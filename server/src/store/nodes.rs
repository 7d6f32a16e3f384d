//! Running server processes.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::NodeId;

/// Most processes that are read: one that is started again and again leaves a row each time, until its time is over.
const MAX_NODES: i64 = 200;

/// A server process.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: NodeId,
    pub public_url: String,
    /// Of the program.
    pub version: String,
    pub started_at: Timestamp,
    /// When it last said that it runs.
    pub seen_at: Timestamp,
}

/// Says that a node runs and where it is reached; called at start.
pub async fn announce(tx: &mut Tx, node: &Node) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO nodes (node_id, public_url, version, started_at, seen_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (node_id) DO UPDATE SET public_url = $2, version = $3, started_at = $4, seen_at = $5",
        node.id.as_uuid(),
        node.public_url,
        node.version,
        node.started_at.to_sqlx(),
        node.seen_at.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says that it still runs; written down twice a minute, however often it is said.
pub async fn seen(tx: &mut Tx, node: NodeId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE nodes SET seen_at = $2 WHERE node_id = $1 AND seen_at < $2::timestamptz - interval '30 seconds'",
        node.as_uuid(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those that said so since then, the newest first.
pub async fn running(tx: &mut Tx, since: Timestamp) -> Result<Vec<Node>, StoreError> {
    let rows = sqlx::query!(
        "SELECT node_id, public_url, version, started_at, seen_at FROM nodes
          WHERE seen_at >= $1 ORDER BY started_at DESC, node_id LIMIT $2",
        since.to_sqlx(),
        MAX_NODES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Node {
            id: NodeId::from_uuid(row.node_id),
            public_url: row.public_url,
            version: row.version,
            started_at: row.started_at.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
        })
        .collect())
}

/// Forgets those that were last heard of before then, at most so many; answers how many they were. `but` is the one
/// that asks: it runs, though the machine may have slept for long and the row not say so yet.
pub async fn forget(
    tx: &mut Tx,
    before: Timestamp,
    but: NodeId,
    most: i64,
) -> Result<u64, StoreError> {
    let forgotten = sqlx::query!(
        "DELETE FROM nodes WHERE node_id IN (SELECT node_id FROM nodes WHERE seen_at < $1 AND node_id <> $2 LIMIT $3)",
        before.to_sqlx(),
        but.as_uuid(),
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(forgotten.rows_affected())
}

/// The newest of all, whether or not they still run.
pub(super) async fn all_ids(tx: &mut Tx) -> Result<Vec<NodeId>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT node_id FROM nodes ORDER BY started_at DESC LIMIT $1",
        MAX_NODES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(NodeId::from_uuid).collect())
}
