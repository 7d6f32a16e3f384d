//! Invitations to work for a vendor. Tokens are known by their hashes alone.

use crate::{
    page::{Key, Part, Wanted},
    store::{StoreError, Tx, people::persons},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{InvitationId, UserId, VendorId},
    people::{
        invitation::{Invitation, InvitationState},
        roles::Role,
    },
};
use uuid::Uuid;

/// The unique index that an invitation meets when one like it is open.
pub const ONE_OPEN: &str = "invitations_one_open";

/// An invitation as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub invitation: InvitationId,
    pub vendor: VendorId,
    pub user: UserId,
    pub name: String,
    /// Never logged.
    pub email: String,
    pub held: Invitation,
    pub version: i64,
    pub invited_at: Timestamp,
}

/// An invitation about to be made.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    pub invitation: InvitationId,
    pub vendor: VendorId,
    pub user: UserId,
    pub held: Invitation,
    pub token: &'a Digest,
    pub by: UserId,
    pub at: Timestamp,
}

/// Saves a new one. `false`: its id is taken.
pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO invitations (invitation_id, vendor_id, user_id, role, token_hash, state, expires_at, invited_at,
                                  invited_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (vendor_id, invitation_id) DO NOTHING",
        new.invitation.as_uuid(),
        new.vendor.as_uuid(),
        new.user.as_uuid(),
        new.held.role.name(),
        new.token.as_bytes().as_slice(),
        new.held.state.name(),
        new.held.expires_at.to_sqlx(),
        new.at.to_sqlx(),
        new.by.as_uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// To which vendor the token with this hash leads, and whom. Works before either is known.
pub async fn of_token(
    tx: &mut Tx,
    token: &Digest,
) -> Result<Option<(VendorId, UserId)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT vendor_id AS "vendor_id!", user_id AS "user_id!" FROM invitation_lookup($1)"#,
        token.as_bytes().as_slice()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        (
            VendorId::from_uuid(row.vendor_id),
            UserId::from_uuid(row.user_id),
        )
    }))
}

/// The invitation with this token, locked until the commit.
pub async fn lock_by_token(tx: &mut Tx, token: &Digest) -> Result<Option<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT i.invitation_id, i.vendor_id, i.user_id, p.name, coalesce(p.email, '') AS "email!", i.role, i.state, i.version,
                  i.expires_at, i.invited_at
             FROM invitations i JOIN people p USING (user_id)
            WHERE i.token_hash = $1 FOR UPDATE OF i"#,
        token.as_bytes().as_slice()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Stored::try_from)
    .transpose()
}

/// One of the vendor's, locked until the commit.
pub async fn lock(tx: &mut Tx, invitation: InvitationId) -> Result<Option<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT i.invitation_id, i.vendor_id, i.user_id, p.name, coalesce(p.email, '') AS "email!", i.role, i.state, i.version,
                  i.expires_at, i.invited_at
             FROM invitations i JOIN people p USING (user_id)
            WHERE i.invitation_id = $1 FOR UPDATE OF i"#,
        invitation.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Stored::try_from)
    .transpose()
}

/// How many of the vendor's are open.
pub async fn open(tx: &mut Tx) -> Result<i64, StoreError> {
    let open =
        sqlx::query_scalar!(r#"SELECT count(*) AS "open!" FROM invitations WHERE state = 'open'"#)
            .fetch_one(tx.conn())
            .await?;
    Ok(open)
}

/// A page of the vendor's that nobody has taken or taken back, newest first.
pub async fn waiting(tx: &mut Tx, wanted: &Wanted) -> Result<Part<Stored>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT i.invitation_id, i.vendor_id, i.user_id, p.name, coalesce(p.email, '') AS "email!", i.role, i.state, i.version,
                  i.expires_at, i.invited_at
             FROM invitations i JOIN people p USING (user_id)
            WHERE i.state = 'open'
              AND ($1::timestamptz IS NULL OR (i.invited_at, i.invitation_id) < ($1, $2::uuid))
            ORDER BY i.invited_at DESC, i.invitation_id DESC LIMIT $3"#,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(row.invited_at.to_jiff(), row.invitation_id)
    });
    rows.try_map(Stored::try_from)
}

/// Saves a step that was taken from `from`, with another token where it was sent again. `false`: it has changed since.
pub async fn save(
    tx: &mut Tx,
    from: &Stored,
    held: &Invitation,
    token: Option<&Digest>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE invitations SET state = $3, expires_at = $4, token_hash = coalesce($5, token_hash),
                version = version + 1
          WHERE invitation_id = $1 AND version = $2",
        from.invitation.as_uuid(),
        from.version,
        held.state.name(),
        held.expires_at.to_sqlx(),
        token.map(|it| it.as_bytes().as_slice()),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

struct Row {
    invitation_id: Uuid,
    vendor_id: Uuid,
    user_id: Uuid,
    name: String,
    email: String,
    role: String,
    state: String,
    version: i64,
    expires_at: jiff_sqlx::Timestamp,
    invited_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Stored {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let role: Role = persons::role("invitations", row.invitation_id, &row.role)?;
        let state = InvitationState::from_name(&row.state).ok_or_else(|| {
            let what = "no state of that name";
            StoreError::corrupt("invitations", "state", row.invitation_id, what)
        })?;
        Ok(Self {
            invitation: InvitationId::from_uuid(row.invitation_id),
            vendor: VendorId::from_uuid(row.vendor_id),
            user: UserId::from_uuid(row.user_id),
            name: row.name,
            email: row.email,
            held: Invitation {
                role,
                state,
                expires_at: row.expires_at.to_jiff(),
            },
            version: row.version,
            invited_at: row.invited_at.to_jiff(),
        })
    }
}

/// Takes back what a person was asked at the transaction's vendor and has not taken.
pub async fn revoke_of(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE invitations SET state = 'revoked', version = version + 1 WHERE user_id = $1 AND state = 'open'",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
