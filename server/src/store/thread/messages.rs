//! A chat message in one statement: see `migrations/0004_messages.sql`.

use crate::store::{
    Store, StoreError,
    commands::{Remembered, digest},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, ThreadId, UserId, VendorId},
    thread::chain::{Head, Sealed},
};

/// Whose message it is, and under which command.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub user: UserId,
    pub command: CommandId,
    /// Of the command's canonical bytes.
    pub body_hash: Digest,
}

/// A message sealed onto the head that its sender's node knows.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// What it continues.
    pub head: Head,
    pub sealed: &'a Sealed,
    /// The envelope's canonical bytes.
    pub envelope: &'a [u8],
    /// The command's result, as it is remembered.
    pub result: &'a str,
}

/// Where a thread stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub head: Head,
    pub last_at: Timestamp,
    pub people: Vec<UserId>,
}

/// What became of a message.
#[derive(Debug)]
pub enum Appended {
    /// Written and durable.
    Done,
    /// The command was carried out before.
    Known(Remembered),
    /// The thread stands elsewhere; nothing was written.
    Moved(Standing),
    /// Nobody writes in this thread any more; these people take part in it.
    Closed(Vec<UserId>),
    /// There is no such thread in scope.
    Missing,
}

/// Appends a message, or without one only asks where the thread stands; durable when this returns.
pub async fn append(
    store: &Store,
    key: Key,
    message: Option<&NewMessage<'_>>,
) -> Result<Appended, StoreError> {
    let thread = key.thread;
    let last_seq = message
        .map(|it| i64::try_from(it.head.seq))
        .transpose()
        .map_err(|e| StoreError::corrupt("threads", "last_seq", thread, e))?;
    let row = sqlx::query!(
        r#"SELECT outcome AS "outcome!", last_seq, last_at, head_hash, people, known_hash, known_result
             FROM append_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"#,
        key.vendor.as_uuid(),
        thread.as_uuid(),
        key.user.as_uuid(),
        key.command.as_uuid(),
        key.body_hash.as_bytes().as_slice(),
        message.map(|it| it.result),
        last_seq,
        message.map(|it| it.head.hash.as_bytes().as_slice()),
        message.map(|it| it.sealed.envelope.at.to_sqlx()),
        message.map(|it| it.sealed.envelope.kind.as_str()),
        message.map(|it| it.envelope),
        message.map(|it| it.sealed.head.hash.as_bytes().as_slice()),
        message.map(|it| it.sealed.body.as_slice()),
        message.map(|it| it.sealed.salt.as_bytes().as_slice()),
    )
    .fetch_one(&store.app)
    .await?;
    let inconsistent = |what: &str| StoreError::corrupt("append_message", "outcome", thread, what);
    match row.outcome.as_str() {
        "done" => Ok(Appended::Done),
        "missing" => Ok(Appended::Missing),
        "closed" => Ok(Appended::Closed(
            row.people
                .unwrap_or_default()
                .into_iter()
                .map(UserId::from_uuid)
                .collect(),
        )),
        "known" => {
            let (Some(hash), Some(result)) = (row.known_hash, row.known_result) else {
                return Err(inconsistent("known without a result"));
            };
            Ok(Appended::Known(Remembered {
                body_hash: digest("commands", "body_hash", key.command, &hash)?,
                result,
            }))
        }
        "moved" => {
            let (Some(seq), Some(at), Some(hash)) = (row.last_seq, row.last_at, row.head_hash)
            else {
                return Err(inconsistent("moved without a head"));
            };
            let head = Head {
                thread,
                seq: u64::try_from(seq).map_err(|_| inconsistent("a negative number"))?,
                hash: digest("threads", "head_hash", thread, &hash)?,
            };
            Ok(Appended::Moved(Standing {
                head,
                last_at: at.to_jiff(),
                people: row
                    .people
                    .unwrap_or_default()
                    .into_iter()
                    .map(UserId::from_uuid)
                    .collect(),
            }))
        }
        other => Err(inconsistent(other)),
    }
}
