//! Text messages with a link or a code: written in the transaction that makes them necessary, handed over by a job, and
//! then without number and words.

use super::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{JoinLinkId, ThreadId, UserId, VendorId},
    text_message::QueuedTextMessage,
};
use uuid::Uuid;

/// A text message about to be queued.
pub struct NewTextMessage<'a> {
    pub message: Uuid,
    pub vendor: VendorId,
    pub link: JoinLinkId,
    /// Whether the link itself is in it; else a code.
    pub is_link: bool,
    pub number: &'a str,
    pub text: &'a str,
    pub at: Timestamp,
    pub useful_until: Timestamp,
}

/// Queues a message.
pub async fn queue(tx: &mut Tx, new: &NewTextMessage<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO text_messages (message_id, vendor_id, link_id, is_link, number, text, queued_at, useful_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.message,
        new.vendor.as_uuid(),
        new.link.as_uuid(),
        new.is_link,
        new.number,
        new.text,
        new.at.to_sqlx(),
        new.useful_until.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The message, while it waits. For the jobs' role.
pub async fn waiting(tx: &mut Tx, message: Uuid) -> Result<Option<QueuedTextMessage>, StoreError> {
    let row = sqlx::query!(
        "SELECT link_id, is_link, number, text, useful_until
           FROM text_messages WHERE message_id = $1 AND state = 'queued'",
        message
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| QueuedTextMessage {
        link: JoinLinkId::from_uuid(row.link_id),
        is_link: row.is_link,
        number: row.number,
        text: row.text,
        useful_until: row.useful_until.to_jiff(),
    }))
}

/// A message that will not arrive, and whom it was for.
pub struct Undelivered {
    pub thread: ThreadId,
    pub buyer: UserId,
    pub is_link: bool,
    pub number: String,
}

/// Notes that the message's thread is told now that it will not arrive. None: it was told, or the message has gone.
pub async fn undelivered(
    tx: &mut Tx,
    message: Uuid,
    at: Timestamp,
) -> Result<Option<Undelivered>, StoreError> {
    let row = sqlx::query!(
        "UPDATE text_messages m SET told_at = $2 FROM join_links l
          WHERE m.message_id = $1 AND m.state = 'queued' AND m.told_at IS NULL AND l.link_id = m.link_id
        RETURNING m.is_link, l.thread_id, l.buyer_id, l.address",
        message,
        at.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Undelivered {
        thread: ThreadId::from_uuid(row.thread_id),
        buyer: UserId::from_uuid(row.buyer_id),
        is_link: row.is_link,
        number: row.address,
    }))
}

/// The message was handed over (`error` is `None`) or never will be: its number and words go. Answers the link, where the
/// link itself was in it. For the jobs' role.
pub async fn settle(
    tx: &mut Tx,
    message: Uuid,
    at: Timestamp,
    error: Option<&str>,
) -> Result<Option<JoinLinkId>, StoreError> {
    let row = sqlx::query!(
        "UPDATE text_messages
            SET state = CASE WHEN $3::text IS NULL THEN 'sent' ELSE 'failed' END, settled_at = $2,
                error = left($3, 500), number = '', text = ''
          WHERE message_id = $1 AND state = 'queued' RETURNING link_id, is_link",
        message,
        at.to_sqlx(),
        error,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row
        .filter(|row| row.is_link)
        .map(|row| JoinLinkId::from_uuid(row.link_id)))
}

/// Forgets messages that were settled before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM text_messages WHERE message_id IN
             (SELECT message_id FROM text_messages WHERE settled_at < $1 ORDER BY settled_at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
