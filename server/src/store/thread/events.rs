//! The events of threads: appended under the thread's row lock, so that commit order is sequence order.

use crate::store::{StoreError, Tx, commands::digest};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, ThreadId, UserId, VendorId},
    thread::{
        Author, EventBody, MILESTONES, UnknownBody,
        chain::{self, Envelope, Head, Salt},
        contact::Passed,
        event::Event,
    },
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// An event that was committed, and who takes part in its thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub people: Vec<UserId>,
    pub event: Event,
}

/// An event about to be written.
#[derive(Debug)]
pub struct NewEvent<'a> {
    pub thread: ThreadId,
    pub author: Author,
    pub command: Option<CommandId>,
    /// Never before the thread's last event: an earlier time is moved up to that one's.
    pub at: Timestamp,
    pub salt: [u8; 32],
    pub body: Passed<'a>,
}

/// One stored event with what its chain needs. The body is absent once it was erased.
#[derive(Debug)]
pub struct Evidence {
    pub envelope: Envelope,
    pub body: Option<(Vec<u8>, Salt)>,
}

/// Appends an event: locks the thread, takes the next number, seals, stores. Publish the result after the
/// commit, never before. A thread that is not in scope is a fault here; use cases find it first.
pub async fn append_event(tx: &mut Tx, new: NewEvent<'_>) -> Result<Published, StoreError> {
    let thread = new.thread;
    let row = sqlx::query!(
        r#"SELECT t.vendor_id, t.last_seq, t.last_at, t.head_hash,
                  ARRAY(SELECT p.user_id FROM thread_people p WHERE p.thread_id = t.thread_id) AS "people!"
             FROM threads t WHERE t.thread_id = $1 FOR NO KEY UPDATE OF t"#,
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| StoreError::corrupt("threads", "thread_id", thread, "not in scope"))?;
    let head = Head {
        thread,
        seq: seq_from(thread, row.last_seq)?,
        hash: digest("threads", "head_hash", thread, &row.head_hash)?,
    };
    let at = new.at.max(row.last_at.to_jiff());
    let salt = Salt::from_bytes(new.salt);
    let sealed = chain::seal(head, new.author, at, new.body.body(), salt)
        .map_err(|e| StoreError::corrupt("events", "body", thread, e))?;
    let seq = row.last_seq + 1;
    let author = author_id(new.author);
    let hash = sealed.head.hash.as_bytes().as_slice();
    sqlx::query!(
        "WITH written AS (
            INSERT INTO events (thread_id, seq, vendor_id, at, author_id, kind, command_id, envelope, hash,
                                body, salt)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))
         UPDATE threads SET last_seq = $2, last_at = $4, head_hash = $9 WHERE thread_id = $1",
        thread.as_uuid(),
        seq,
        row.vendor_id,
        sealed.envelope.at.to_sqlx(),
        author.map(UserId::as_uuid),
        new.body.body().kind(),
        new.command.map(CommandId::as_uuid),
        sealed.envelope_bytes,
        hash,
        sealed.body,
        new.salt.as_slice(),
    )
    .execute(tx.conn())
    .await?;
    Ok(Published {
        vendor: VendorId::from_uuid(row.vendor_id),
        thread,
        people: row.people.into_iter().map(UserId::from_uuid).collect(),
        event: Event {
            seq,
            at: sealed.envelope.at,
            author,
            command: new.command,
            body: new.body.body().clone(),
        },
    })
}

/// Up to `limit` events after `seq`, oldest first.
pub async fn after(
    tx: &mut Tx,
    thread: ThreadId,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT thread_id, seq, at, author_id, kind, command_id, envelope, hash, body, salt FROM events
          WHERE thread_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        thread.as_uuid(),
        seq,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}

/// The last `limit` events before `before` (of all, when `None`), oldest first.
pub async fn before(
    tx: &mut Tx,
    thread: ThreadId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let mut events: Vec<Event> = sqlx::query_as!(
        Row,
        "SELECT thread_id, seq, at, author_id, kind, command_id, envelope, hash, body, salt FROM events
          WHERE thread_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        thread.as_uuid(),
        before.unwrap_or(i64::MAX),
        limit
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::event)
    .collect();
    events.reverse();
    Ok(events)
}

/// Milestones of one recording.
const MAX_MILESTONES: i64 = 1_000;

/// The [`MILESTONES`] of a thread between two times, oldest first: the marks of a recording.
pub async fn milestones(
    tx: &mut Tx,
    thread: ThreadId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT thread_id, seq, at, author_id, kind, command_id, envelope, hash, body, salt FROM events
          WHERE thread_id = $1 AND at BETWEEN $2 AND $3 AND kind = ANY($4) ORDER BY seq LIMIT $5",
        thread.as_uuid(),
        from.to_sqlx(),
        to.to_sqlx(),
        &MILESTONES.map(str::to_owned),
        MAX_MILESTONES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}

/// A stretch of a thread's evidence, oldest first, for [`chain::verify`] and for exports.
pub async fn evidence(
    tx: &mut Tx,
    thread: ThreadId,
    after: i64,
    limit: i64,
) -> Result<Vec<Evidence>, StoreError> {
    let rows = sqlx::query!(
        "SELECT seq, envelope, body, salt FROM events
          WHERE thread_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        thread.as_uuid(),
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let at = || format!("{thread}/{}", row.seq);
            let envelope = serde_json::from_slice(&row.envelope)
                .map_err(|e| StoreError::corrupt("events", "envelope", at(), e))?;
            let body = match (row.body, row.salt) {
                (Some(body), Some(salt)) => {
                    let salt = <[u8; 32]>::try_from(salt.as_slice())
                        .map_err(|e| StoreError::corrupt("events", "salt", at(), e))?;
                    Some((body, Salt::from_bytes(salt)))
                }
                _ => None,
            };
            Ok(Evidence { envelope, body })
        })
        .collect()
}

/// The user behind an author.
const fn author_id(author: Author) -> Option<UserId> {
    match author {
        Author::User { user, .. } => Some(user),
        Author::System => None,
    }
}

fn seq_from(thread: ThreadId, seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(|e| StoreError::corrupt("threads", "last_seq", thread, e))
}

/// An event's row. What people see of it is what its envelope commits to.
pub(in crate::store) struct Row {
    pub thread_id: Uuid,
    pub seq: i64,
    pub at: jiff_sqlx::Timestamp,
    pub author_id: Option<Uuid>,
    pub kind: String,
    pub command_id: Option<Uuid>,
    pub envelope: Vec<u8>,
    pub hash: Vec<u8>,
    pub body: Option<Vec<u8>>,
    pub salt: Option<Vec<u8>>,
}

impl Row {
    /// The event as people may see it. Whatever is wrong with it is told in its place: one damaged event takes none of the
    /// others with it.
    pub(crate) fn event(self) -> Event {
        let (at, author, body) = self.read();
        if matches!(body, EventBody::Tampered { .. }) {
            report(self.thread_id, self.seq);
        }
        Event {
            seq: self.seq,
            at,
            author,
            command: self.command_id.map(CommandId::from_uuid),
            body,
        }
    }

    /// When, by whom and what. Time, author and kind are the envelope's; columns that say otherwise were changed.
    fn read(&self) -> (Timestamp, Option<UserId>, EventBody) {
        let kind = self.kind.clone();
        let intact = self.hash == Digest::of(&self.envelope).as_bytes();
        let Ok(envelope) = serde_json::from_slice::<Envelope>(&self.envelope) else {
            let body = if intact {
                EventBody::Unknown(UnknownBody::of_kind(kind))
            } else {
                EventBody::Tampered { kind }
            };
            return (self.at.to_jiff(), None, body);
        };
        let author = author_id(envelope.author);
        let same = envelope.thread.as_uuid() == self.thread_id
            && i64::try_from(envelope.seq) == Ok(self.seq)
            && envelope.at == self.at.to_jiff()
            && author.map(UserId::as_uuid) == self.author_id
            && envelope.kind == kind;
        let salt = self.salt.as_deref().map(<[u8; 32]>::try_from);
        let body = match (&self.body, salt) {
            _ if !intact || !same => EventBody::Tampered {
                kind: envelope.kind.clone(),
            },
            (Some(body), Some(Ok(salt))) => {
                chain::open(&envelope, Some((body.as_slice(), &Salt::from_bytes(salt))))
            }
            (None, None) => chain::open(&envelope, None),
            _ => EventBody::Tampered { kind },
        };
        (envelope.at, author, body)
    }
}

/// Events that are reported at most; past it nothing new is.
const MAX_REPORTED: usize = 10_000;

/// Says once in the log that an event was changed behind the server's back.
fn report(thread: Uuid, seq: i64) {
    static REPORTED: Mutex<BTreeSet<(Uuid, i64)>> = Mutex::new(BTreeSet::new());
    let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
    if reported.len() < MAX_REPORTED && reported.insert((thread, seq)) {
        tracing::error!(thread.id = %thread, seq, "an event is not what was sealed");
    }
}
