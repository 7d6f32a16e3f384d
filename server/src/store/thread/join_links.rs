//! Links into threads. Tokens and codes are known by their hashes alone.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{JoinLinkId, ThreadId, UserId, VendorId},
    thread::join_link::{Channel, JoinLink, LinkState},
};
use uuid::Uuid;

/// Rows of one list.
const MAX_LISTED: i64 = 20;

/// A link as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub link: JoinLinkId,
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub buyer: UserId,
    pub made_by: UserId,
    pub channel: Channel,
    /// Where it was sent: an e-mail address or a phone number. Never logged.
    pub address: String,
    pub held: JoinLink,
    pub version: i64,
    pub made_at: Timestamp,
    /// When the message was handed over; none while it is on its way or could not be.
    pub sent_at: Option<Timestamp>,
    /// It was not taken, and is not sent again.
    pub failed: bool,
}

/// The kind of the mails that hold a link.
pub const INVITATION: &str = "join_link";

/// Saves a new link under its token's hash.
pub async fn insert(tx: &mut Tx, new: &Stored, token: &Digest) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO join_links (link_id, vendor_id, thread_id, buyer_id, made_by, channel, address, token_hash,
                                 state, state_body, expires_at, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.link.as_uuid(),
        new.vendor.as_uuid(),
        new.thread.as_uuid(),
        new.buyer.as_uuid(),
        new.made_by.as_uuid(),
        new.channel.name(),
        new.address,
        token.as_bytes().as_slice(),
        new.held.name(),
        body(new.link, &new.held.state)?,
        new.held.expires_at.to_sqlx(),
        new.made_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which vendor's link has this token. Works before a vendor is known.
pub async fn vendor_of(tx: &mut Tx, token: &Digest) -> Result<Option<VendorId>, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT join_link_vendor($1) AS vendor"#,
        token.as_bytes().as_slice()
    )
    .fetch_one(tx.conn())
    .await?
    .map(VendorId::from_uuid))
}

/// The link with this token, locked until the commit.
pub async fn lock(tx: &mut Tx, token: &Digest) -> Result<Option<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT link_id, vendor_id, thread_id, buyer_id, made_by, channel, address, state_body, expires_at, version,
                  made_at, sent_at, failed_at IS NOT NULL AS "failed!"
             FROM join_links WHERE token_hash = $1 FOR UPDATE"#,
        token.as_bytes().as_slice()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::stored)
    .transpose()
}

/// One of them.
pub async fn find(tx: &mut Tx, link: JoinLinkId) -> Result<Option<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT link_id, vendor_id, thread_id, buyer_id, made_by, channel, address, state_body, expires_at, version,
                  made_at, sent_at, failed_at IS NOT NULL AS "failed!"
             FROM join_links WHERE link_id = $1"#,
        link.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::stored)
    .transpose()
}

/// The newest of a thread.
pub async fn of_thread(tx: &mut Tx, thread: ThreadId) -> Result<Vec<Stored>, StoreError> {
    sqlx::query_as!(
        Row,
        r#"SELECT l.link_id, l.vendor_id, l.thread_id, l.buyer_id, l.made_by, l.channel, l.address, l.state_body,
                  l.expires_at, l.version, l.made_at,
                  CASE WHEN m.state = 'sent' THEN m.settled_at ELSE l.sent_at END AS sent_at,
                  l.failed_at IS NOT NULL OR coalesce(m.state = 'failed', false) AS "failed!"
             FROM join_links l
             LEFT JOIN mails m ON m.kind = $3 AND m.about = l.link_id AND m.user_id = l.buyer_id
            WHERE l.thread_id = $1 ORDER BY l.made_at DESC LIMIT $2"#,
        thread.as_uuid(),
        MAX_LISTED,
        INVITATION
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::stored)
    .collect()
}

/// Saves a step that was taken from `from`. `false`: it has changed since it was read.
pub async fn save(tx: &mut Tx, from: &Stored, held: &JoinLink) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE join_links SET state = $3, state_body = $4, version = version + 1
          WHERE link_id = $1 AND version = $2",
        from.link.as_uuid(),
        from.version,
        held.name(),
        body(from.link, &held.state)?,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The text message with the link was handed over, or (`sent` is false) never will be.
pub async fn settle(
    tx: &mut Tx,
    link: JoinLinkId,
    sent: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE join_links SET sent_at = CASE WHEN $3 THEN $2::timestamptz END,
                failed_at = CASE WHEN $3 THEN NULL ELSE $2::timestamptz END
          WHERE link_id = $1 AND sent_at IS NULL",
        link.as_uuid(),
        at.to_sqlx() as jiff_sqlx::Timestamp,
        sent
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets links that ran out before `before`, at most `most`, with their text messages. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM join_links WHERE link_id IN
             (SELECT link_id FROM join_links WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

fn body(row: JoinLinkId, state: &LinkState) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(state).map_err(|e| StoreError::corrupt("join_links", "state_body", row, e))
}

struct Row {
    link_id: Uuid,
    vendor_id: Uuid,
    thread_id: Uuid,
    buyer_id: Uuid,
    made_by: Uuid,
    channel: String,
    address: String,
    state_body: serde_json::Value,
    expires_at: jiff_sqlx::Timestamp,
    version: i64,
    made_at: jiff_sqlx::Timestamp,
    sent_at: Option<jiff_sqlx::Timestamp>,
    failed: bool,
}

impl Row {
    fn stored(self) -> Result<Stored, StoreError> {
        let id = self.link_id;
        let state: LinkState = serde_json::from_value(self.state_body)
            .map_err(|e| StoreError::corrupt("join_links", "state_body", id, e))?;
        Ok(Stored {
            link: JoinLinkId::from_uuid(id),
            vendor: VendorId::from_uuid(self.vendor_id),
            thread: ThreadId::from_uuid(self.thread_id),
            buyer: UserId::from_uuid(self.buyer_id),
            made_by: UserId::from_uuid(self.made_by),
            channel: Channel::from_name(&self.channel)
                .ok_or_else(|| StoreError::corrupt("join_links", "channel", id, self.channel))?,
            address: self.address,
            held: JoinLink {
                expires_at: self.expires_at.to_jiff(),
                state,
            },
            version: self.version,
            made_at: self.made_at.to_jiff(),
            sent_at: self.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
            failed: self.failed,
        })
    }
}
