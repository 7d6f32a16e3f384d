//! Mails: written in the transaction that makes them necessary, handed over by a job.

use super::{StoreError, Tx};
use crate::page::{Key, Part, Wanted};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::ids::{ThreadId, UserId, VendorId};
use uuid::Uuid;

/// A mail about to be queued.
pub struct NewMail<'a> {
    pub mail: Uuid,
    /// None: it concerns the person's account.
    pub vendor: Option<VendorId>,
    /// What depends on it is told there.
    pub thread: Option<ThreadId>,
    /// The person it is for; their mailbox page shows it in demo mode.
    pub user: UserId,
    /// Where it goes instead of the person's own address.
    pub address: Option<&'a str>,
    pub kind: &'a str,
    /// What it is about; one mail of a kind about a thing for each person.
    pub about: Uuid,
    pub subject: &'a str,
    pub text: &'a str,
    pub attachment: Option<&'a NewAttachment>,
    /// It opens something: nothing of its words stays once they were handed over.
    pub secret: bool,
    /// A thing that several notices may tell of: one that waits is replaced by the next.
    pub folds: Option<Uuid>,
    pub at: Timestamp,
}

/// A file that goes with a mail.
#[derive(Clone)]
pub struct NewAttachment {
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// A mail that waits to be handed over.
pub struct QueuedMail {
    pub mail: Uuid,
    pub queued_at: Timestamp,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub attachment: Option<NewAttachment>,
}

/// A mail as its person's mailbox keeps it.
pub struct KeptMail {
    pub mail: Uuid,
    pub kind: String,
    pub at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub sent: bool,
    /// The name of a file that goes with it.
    pub attachment: Option<String>,
}

/// Writes a mail to a person. `false`: the person was told of this before, or a mail that waits tells
/// it now.
pub async fn queue(tx: &mut Tx, new: &NewMail<'_>) -> Result<bool, StoreError> {
    if new.folds.is_some() && replace(tx, new).await? {
        return Ok(false);
    }
    let done = sqlx::query!(
        "INSERT INTO mails (mail_id, vendor_id, user_id, kind, about, to_name, to_address, subject, text,
                            attachment_name, attachment_mime, attachment, queued_at, secret, folds, thread_id)
         SELECT $1::uuid, $2::uuid, u.user_id, $4::text, $5::uuid, u.name, coalesce($15, u.email), $6::text, $7::text,
                $8::text, $9::text, $10::bytea, $11::timestamptz, $12::boolean, $13::uuid, $14::uuid
           FROM people u WHERE u.user_id = $3 AND u.disabled_at IS NULL AND coalesce($15, u.email) IS NOT NULL
         ON CONFLICT (vendor_id, kind, about, user_id) DO NOTHING",
        new.mail,
        new.vendor.map(VendorId::as_uuid),
        new.user.as_uuid(),
        new.kind,
        new.about,
        new.subject,
        new.text,
        new.attachment.map(|it| it.name.as_str()),
        new.attachment.map(|it| it.mime.as_str()),
        new.attachment.map(|it| it.bytes.as_slice()),
        new.at.to_sqlx(),
        new.secret,
        new.folds,
        new.thread.map(ThreadId::as_uuid),
        new.address,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a notice in the place of the one of the same thing that waits. `false`: none does.
async fn replace(tx: &mut Tx, new: &NewMail<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE mails SET kind = $3, about = $4, subject = $5, text = $6, attachment_name = $7,
                attachment_mime = $8, attachment = $9, queued_at = $10
          WHERE user_id = $1 AND folds = $2 AND state = 'queued'",
        new.user.as_uuid(),
        new.folds,
        new.kind,
        new.about,
        new.subject,
        new.text,
        new.attachment.map(|it| it.name.as_str()),
        new.attachment.map(|it| it.mime.as_str()),
        new.attachment.map(|it| it.bytes.as_slice()),
        new.at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The last notice of a thing to a person.
#[derive(Clone, Copy, Debug)]
pub struct LastNotice {
    pub at: Timestamp,
    /// It was not handed over yet.
    pub waits: bool,
}

/// The last notice of a thing to a person, if there was one.
pub async fn last_of(
    tx: &mut Tx,
    user: UserId,
    folds: Uuid,
) -> Result<Option<LastNotice>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT queued_at, state = 'queued' AS "waits!" FROM mails
            WHERE user_id = $1 AND folds = $2 ORDER BY queued_at DESC LIMIT 1"#,
        user.as_uuid(),
        folds
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| LastNotice {
        at: jiff_sqlx::Timestamp::to_jiff(row.queued_at),
        waits: row.waits,
    }))
}

/// Whether the words of a mail that waits are newer than those written at `told`; its row is locked. For the jobs' role.
pub async fn is_newer(tx: &mut Tx, mail: Uuid, told: Timestamp) -> Result<bool, StoreError> {
    let newer = sqlx::query_scalar!(
        "SELECT queued_at FROM mails WHERE mail_id = $1 AND state = 'queued' AND queued_at > $2 FOR UPDATE",
        mail,
        told.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(newer.is_some())
}

/// The mail, while it waits. For the jobs' role.
pub async fn waiting(tx: &mut Tx, mail: Uuid) -> Result<Option<QueuedMail>, StoreError> {
    let row = sqlx::query!(
        "SELECT mail_id, queued_at, to_name, to_address, subject, text, attachment_name, attachment_mime,
                attachment
           FROM mails WHERE mail_id = $1 AND state = 'queued'",
        mail
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let file = (row.attachment_name, row.attachment_mime, row.attachment);
        QueuedMail {
            mail: row.mail_id,
            queued_at: jiff_sqlx::Timestamp::to_jiff(row.queued_at),
            to_name: row.to_name,
            to_address: row.to_address,
            subject: row.subject,
            text: row.text,
            attachment: match file {
                (Some(name), Some(mime), Some(bytes)) => Some(NewAttachment { name, mime, bytes }),
                _ => None,
            },
        }
    }))
}

/// What became of a mail.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    pub at: Timestamp,
    /// Why it will never be handed over; none: it was.
    pub error: Option<&'a str>,
    /// A secret mail's words are of no more use here.
    pub forget: bool,
}

/// The mail was handed over, or never will be. Answers whether its words are still here. For the jobs' role.
pub async fn settle(tx: &mut Tx, mail: Uuid, settled: Settled<'_>) -> Result<bool, StoreError> {
    let secret = sqlx::query_scalar!(
        "UPDATE mails SET state = CASE WHEN $3::text IS NULL THEN 'sent' ELSE 'failed' END, settled_at = $2,
                error = left($3, 500),
                subject = CASE WHEN secret AND $4 THEN '' ELSE subject END,
                text = CASE WHEN secret AND $4 THEN '' ELSE text END
          WHERE mail_id = $1 AND state = 'queued' RETURNING secret",
        mail,
        settled.at.to_sqlx(),
        settled.error,
        settled.forget,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(secret.is_some_and(|secret| !(secret && settled.forget)))
}

/// A mail that will not arrive, and whom it was for.
#[derive(Debug)]
pub struct Undelivered {
    pub thread: ThreadId,
    pub user: UserId,
    pub kind: String,
    pub about: Uuid,
    pub to_address: String,
}

/// Notes that the mail's thread is told now that it will not arrive. None: it was told, or the mail has gone.
pub async fn undelivered(
    tx: &mut Tx,
    mail: Uuid,
    at: Timestamp,
) -> Result<Option<Undelivered>, StoreError> {
    let row = sqlx::query!(
        r#"UPDATE mails SET told_at = $2
            WHERE mail_id = $1 AND state = 'queued' AND told_at IS NULL AND thread_id IS NOT NULL
        RETURNING thread_id AS "thread_id!", user_id, kind, about, to_address"#,
        mail,
        at.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Undelivered {
        thread: ThreadId::from_uuid(row.thread_id),
        user: UserId::from_uuid(row.user_id),
        kind: row.kind,
        about: row.about,
        to_address: row.to_address,
    }))
}

/// A mail that was given up waits to be handed over once more. `false`: it was not given up.
pub async fn requeue(tx: &mut Tx, mail: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE mails SET state = 'queued', settled_at = NULL, error = NULL, folds = NULL, told_at = NULL
          WHERE mail_id = $1 AND state = 'failed'",
        mail
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A page of the mails to a person, newest first.
pub async fn of_user(
    tx: &mut Tx,
    user: UserId,
    wanted: &Wanted,
) -> Result<Part<KeptMail>, StoreError> {
    let rows = sqlx::query!(
        "SELECT mail_id, kind, queued_at, to_address, subject, text, state, attachment_name FROM mails
          WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (queued_at, mail_id) < ($2, $3::uuid))
          ORDER BY queued_at DESC, mail_id DESC LIMIT $4",
        user.as_uuid(),
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| {
        Key::time(jiff_sqlx::Timestamp::to_jiff(row.queued_at), row.mail_id)
    });
    rows.try_map(|row| {
        Ok(KeptMail {
            mail: row.mail_id,
            kind: row.kind,
            at: jiff_sqlx::Timestamp::to_jiff(row.queued_at),
            to: row.to_address,
            subject: row.subject,
            text: row.text,
            sent: row.state == "sent",
            attachment: row.attachment_name,
        })
    })
}

/// Forgets mails that were handed over or given up before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM mails WHERE mail_id IN
             (SELECT mail_id FROM mails WHERE settled_at < $1 ORDER BY settled_at LIMIT $2)",
        before.to_sqlx(),
        most,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
