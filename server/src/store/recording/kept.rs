//! How much of recordings lies in the store.

use crate::store::{StoreError, Tx};

/// Objects, and their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub objects: i64,
    pub bytes: i64,
}

/// Counts every vendor's. For the jobs' role.
pub async fn kept(tx: &mut Tx) -> Result<Kept, StoreError> {
    let kept = sqlx::query_as!(
        Kept,
        r#"SELECT count(*) AS "objects!", coalesce(sum(bytes), 0)::bigint AS "bytes!"
             FROM (SELECT bytes FROM recording_segments WHERE stored_at IS NOT NULL
                   UNION ALL SELECT bytes FROM recording_files) stored"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(kept)
}
