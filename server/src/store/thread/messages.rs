//! Chat messages, several threads in one statement: see `migrations/0005_append_messages.sql`.

use crate::{
    actor::Scope,
    store::{
        Store, StoreError, Tx,
        commands::{Remembered, digest},
        statement::Statement,
    },
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, ThreadId, UserId, VendorId},
    thread::chain::{Head, Sealed},
    vendor::state::Shut,
};
use sqlx::PgConnection;
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// Where a thread stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub head: Head,
    pub last_at: Timestamp,
    pub people: Arc<[UserId]>,
}

/// A message that continues the one before it in its run, or the head that the run continues.
#[derive(Debug)]
pub struct NewMessage {
    pub author: UserId,
    pub command: CommandId,
    /// Of the command's canonical bytes.
    pub body_hash: Digest,
    pub sealed: Sealed,
    /// The command's result, as it is remembered.
    pub result: String,
}

/// Messages of one thread, written whole or not at all.
#[derive(Debug)]
pub struct Run<'a> {
    pub vendor: VendorId,
    pub thread: ThreadId,
    /// What the first message was sealed onto; `None`, without messages, only asks where the thread stands.
    pub onto: Option<Head>,
    pub messages: &'a [NewMessage],
}

/// What became of a run.
#[derive(Debug)]
pub enum Appended {
    /// Written; durable as soon as its transaction is.
    Written,
    /// Nothing was written.
    Not {
        because: NotWritten,
        /// Those of its commands that were carried out before, by author and command.
        known: HashMap<(UserId, CommandId), Remembered>,
    },
}

/// How a thread stands that took no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// Here. The same head as the run continues: somebody holds its row, or a command was carried out before.
    Standing(Standing),
    /// Nobody writes in it any more.
    Closed,
    /// Its vendor does not work.
    Shut(Shut),
    /// There is no such thread in the vendor's scope.
    Missing,
}

impl Store {
    /// Appends runs of different threads in one transaction of their own. Nobody is waited for.
    pub async fn append(&self, runs: &[Run<'_>]) -> Result<Vec<Appended>, StoreError> {
        append(&mut *self.appends.acquire().await?, runs).await
    }

    /// Begins a transaction that has the thread's row to itself; answers where the thread stands, unless there is none.
    pub async fn begin_append(
        &self,
        vendor: VendorId,
        thread: ThreadId,
    ) -> Result<(Tx, Option<Standing>), StoreError> {
        let mut tx = Tx::begin(&self.appends, Scope::from(vendor)).await?;
        let row = sqlx::query!(
            r#"SELECT t.last_seq, t.last_at, t.head_hash,
                      ARRAY(SELECT p.user_id FROM thread_people p WHERE p.thread_id = t.thread_id) AS "people!"
                 FROM threads t WHERE t.thread_id = $1 FOR NO KEY UPDATE OF t"#,
            thread.as_uuid()
        )
        .fetch_optional(tx.conn())
        .await?;
        let standing = row.map(|row| {
            let row = Row {
                thread,
                last_seq: row.last_seq,
                last_at: row.last_at,
                head_hash: row.head_hash,
                people: row.people,
            };
            row.try_into()
        });
        Ok((tx, standing.transpose()?))
    }
}

impl Tx {
    /// Appends a run in this transaction.
    pub async fn append(&mut self, run: &Run<'_>) -> Result<Appended, StoreError> {
        let mut appended = append(self.connection(), std::slice::from_ref(run)).await?;
        appended
            .pop()
            .ok_or_else(|| StoreError::corrupt("append_messages", "thread", run.thread, "no row"))
    }
}

/// What the statement takes: an array a column.
#[derive(Default)]
struct Columns<'a> {
    vendors: Vec<Uuid>,
    run_vendor: Vec<Uuid>,
    run_thread: Vec<Uuid>,
    run_seq: Vec<Option<i64>>,
    run_head: Vec<Option<&'a [u8]>>,
    next_seq: Vec<Option<i64>>,
    next_at: Vec<Option<jiff_sqlx::Timestamp>>,
    next_head: Vec<Option<&'a [u8]>>,
    thread: Vec<Uuid>,
    seq: Vec<i64>,
    author: Vec<Uuid>,
    command: Vec<Uuid>,
    body_hash: Vec<&'a [u8]>,
    result: Vec<&'a str>,
    at: Vec<jiff_sqlx::Timestamp>,
    kind: Vec<&'a str>,
    envelope: Vec<&'a [u8]>,
    hash: Vec<&'a [u8]>,
    body: Vec<&'a [u8]>,
    salt: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(runs: &'a [Run<'a>]) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        for run in runs {
            columns.run(run)?;
        }
        Ok(columns)
    }

    fn run(&mut self, run: &'a Run<'a>) -> Result<(), StoreError> {
        let number = |seq: u64| {
            i64::try_from(seq)
                .map_err(|e| StoreError::corrupt("threads", "last_seq", run.thread, e))
        };
        let vendor = run.vendor.as_uuid();
        if !self.vendors.contains(&vendor) {
            self.vendors.push(vendor);
        }
        self.run_vendor.push(vendor);
        self.run_thread.push(run.thread.as_uuid());
        let onto = run.onto.as_ref();
        self.run_seq
            .push(onto.map(|it| number(it.seq)).transpose()?);
        self.run_head
            .push(onto.map(|it| it.hash.as_bytes().as_slice()));
        let last = run.messages.last().map(|it| &it.sealed);
        self.next_seq
            .push(last.map(|it| number(it.head.seq)).transpose()?);
        self.next_at.push(last.map(|it| it.envelope.at.to_sqlx()));
        self.next_head
            .push(last.map(|it| it.head.hash.as_bytes().as_slice()));
        for message in run.messages {
            let sealed = &message.sealed;
            self.thread.push(run.thread.as_uuid());
            self.seq.push(number(sealed.head.seq)?);
            self.author.push(message.author.as_uuid());
            self.command.push(message.command.as_uuid());
            self.body_hash.push(message.body_hash.as_bytes());
            self.result.push(&message.result);
            self.at.push(sealed.envelope.at.to_sqlx());
            self.kind.push(&sealed.envelope.kind);
            self.envelope.push(&sealed.envelope_bytes);
            self.hash.push(sealed.head.hash.as_bytes());
            self.body.push(&sealed.body);
            self.salt.push(sealed.salt.as_bytes());
        }
        Ok(())
    }
}

async fn append(conn: &mut PgConnection, runs: &[Run<'_>]) -> Result<Vec<Appended>, StoreError> {
    let columns = Columns::of(runs)?;
    let rows = sqlx::query!(
        r#"SELECT outcome AS "outcome!", thread, last_seq, last_at, head_hash, people, author, command, known_hash,
                  known_result
             FROM append_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                                  $19, $20)"#,
        &columns.vendors,
        &columns.run_vendor,
        &columns.run_thread,
        &columns.run_seq as &[Option<i64>],
        &columns.run_head as &[Option<&[u8]>],
        &columns.next_seq as &[Option<i64>],
        &columns.next_at as &[Option<jiff_sqlx::Timestamp>],
        &columns.next_head as &[Option<&[u8]>],
        &columns.thread,
        &columns.seq,
        &columns.author,
        &columns.command,
        &columns.body_hash as &[&[u8]],
        &columns.result as &[&str],
        &columns.at as &[jiff_sqlx::Timestamp],
        &columns.kind as &[&str],
        &columns.envelope as &[&[u8]],
        &columns.hash as &[&[u8]],
        &columns.body as &[&[u8]],
        &columns.salt as &[&[u8]],
    )
    .fetch_all(Statement::here(conn))
    .await?;
    if rows.len() == 1 && rows[0].outcome == "all" {
        return Ok(runs.iter().map(|_| Appended::Written).collect());
    }
    let mut outcomes = HashMap::with_capacity(runs.len());
    let mut known: HashMap<Uuid, HashMap<(UserId, CommandId), Remembered>> = HashMap::new();
    for row in rows {
        let bad =
            |what: &str| StoreError::corrupt("append_messages", "outcome", &row.outcome, what);
        let thread = row.thread.ok_or_else(|| bad("no thread"))?;
        let outcome = match row.outcome.as_str() {
            "written" => None,
            "closed" => Some(NotWritten::Closed),
            "missing" => Some(NotWritten::Missing),
            "vendor_suspended" => Some(NotWritten::Shut(Shut::Suspended)),
            "vendor_closed" => Some(NotWritten::Shut(Shut::Closed)),
            "standing" => {
                let (Some(last_seq), Some(last_at), Some(head_hash), Some(people)) =
                    (row.last_seq, row.last_at, row.head_hash, row.people)
                else {
                    return Err(bad("no head"));
                };
                let row = Row {
                    thread: ThreadId::from_uuid(thread),
                    last_seq,
                    last_at,
                    head_hash,
                    people,
                };
                Some(NotWritten::Standing(row.try_into()?))
            }
            "known" => {
                let (Some(author), Some(command), Some(hash), Some(result)) =
                    (row.author, row.command, row.known_hash, row.known_result)
                else {
                    return Err(bad("no result"));
                };
                let remembered = Remembered {
                    body_hash: digest("commands", "body_hash", command, &hash)?,
                    result,
                };
                let key = (UserId::from_uuid(author), CommandId::from_uuid(command));
                known.entry(thread).or_default().insert(key, remembered);
                continue;
            }
            _ => return Err(bad("of no known kind")),
        };
        outcomes.insert(thread, outcome);
    }
    runs.iter()
        .map(|run| {
            let thread = run.thread.as_uuid();
            match outcomes.remove(&thread) {
                Some(None) => Ok(Appended::Written),
                Some(Some(because)) => Ok(Appended::Not {
                    because,
                    known: known.remove(&thread).unwrap_or_default(),
                }),
                None => Err(StoreError::corrupt(
                    "append_messages",
                    "thread",
                    thread,
                    "no row",
                )),
            }
        })
        .collect()
}

/// A thread's row, as far as its next event needs it.
pub(super) struct Row {
    pub thread: ThreadId,
    pub last_seq: i64,
    pub last_at: jiff_sqlx::Timestamp,
    pub head_hash: Vec<u8>,
    pub people: Vec<Uuid>,
}

impl TryFrom<Row> for Standing {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let thread = row.thread;
        let seq = u64::try_from(row.last_seq)
            .map_err(|e| StoreError::corrupt("threads", "last_seq", thread, e))?;
        Ok(Self {
            head: Head {
                thread,
                seq,
                hash: digest("threads", "head_hash", thread, &row.head_hash)?,
            },
            last_at: row.last_at.to_jiff(),
            people: row.people.into_iter().map(UserId::from_uuid).collect(),
        })
    }
}
