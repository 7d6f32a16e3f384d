//! Running server processes.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::NodeId;

/// Says that a node runs and where it is reached; called at start.
pub async fn announce(
    tx: &mut Tx,
    node: NodeId,
    public_url: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO nodes (node_id, public_url, started_at, seen_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (node_id) DO UPDATE SET public_url = $2, started_at = $3, seen_at = $3",
        node.as_uuid(),
        public_url,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
