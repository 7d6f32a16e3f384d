//! The codes by which people show who they are.

use crate::store::{StoreError, Tx};
use orderline_domain::{ids::UserId, people::one_time_code::ProofCodes};

/// The codes that were sent to a person lately.
pub async fn find(tx: &mut Tx, user: UserId) -> Result<ProofCodes, StoreError> {
    let codes = sqlx::query_scalar!(
        "SELECT codes FROM proof_codes WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    codes.map_or_else(|| Ok(ProofCodes::default()), |codes| read(user, codes))
}

/// The same, locked until the commit.
pub async fn lock(tx: &mut Tx, user: UserId) -> Result<ProofCodes, StoreError> {
    let none = json(user, &ProofCodes::default())?;
    let codes = sqlx::query_scalar!(
        "INSERT INTO proof_codes (user_id, codes) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET codes = proof_codes.codes RETURNING codes",
        user.as_uuid(),
        none
    )
    .fetch_one(tx.conn())
    .await?;
    read(user, codes)
}

/// Saves what [`lock`] gave and was changed since.
pub async fn save(tx: &mut Tx, user: UserId, codes: &ProofCodes) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE proof_codes SET codes = $2 WHERE user_id = $1",
        user.as_uuid(),
        json(user, codes)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn read(user: UserId, codes: serde_json::Value) -> Result<ProofCodes, StoreError> {
    serde_json::from_value(codes).map_err(|e| StoreError::corrupt("proof_codes", "codes", user, e))
}

fn json(user: UserId, codes: &ProofCodes) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(codes).map_err(|e| StoreError::corrupt("proof_codes", "codes", user, e))
}
