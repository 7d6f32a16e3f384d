//! Threads and the people in them.

pub mod events;
pub mod join_links;
pub mod messages;
pub mod own;

use super::{StoreError, Tx, people::persons};
use crate::page::{Key, Part, Wanted};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    ids::{ThreadId, UserId, VendorId},
    people::{person::Person, roles::Role},
    thread::{chain, event::Event},
};
use std::collections::HashMap;
use uuid::Uuid;

/// A thread as the list shows it, without what other aggregates add.
#[derive(Clone, Debug)]
pub struct ListedThread {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    pub last: Option<Event>,
    pub seq: i64,
    /// Of its state.
    pub version: i64,
    pub unread: i64,
    /// Of the thread's newest order.
    pub order_number: Option<i64>,
}

/// A thread's own row.
#[derive(Clone, Debug)]
pub struct ThreadRow {
    pub thread: ThreadId,
    pub title: String,
    pub seq: i64,
    /// Of its state.
    pub version: i64,
}

/// Where a thread stands for somebody who wants to follow it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub thread: ThreadId,
    pub seq: i64,
    /// Of its state.
    pub version: i64,
    pub people: Vec<UserId>,
    /// What its next event is sealed onto.
    pub end: messages::Standing,
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub thread: ThreadId,
    pub seq: i64,
}

/// A thread about to be opened.
#[derive(Debug)]
pub struct NewThread<'a> {
    pub thread: ThreadId,
    pub vendor: VendorId,
    pub title: &'a str,
    /// Who takes part, as what.
    pub people: &'a [(UserId, Role)],
    pub at: Timestamp,
}

/// Opens a thread. `false`: the id is taken.
pub async fn open(tx: &mut Tx, new: &NewThread<'_>) -> Result<bool, StoreError> {
    let genesis = chain::genesis(new.thread);
    let done = sqlx::query!(
        "INSERT INTO threads (thread_id, vendor_id, title, created_at, last_at, head_hash)
         VALUES ($1, $2, $3, $4, $4, $5) ON CONFLICT DO NOTHING",
        new.thread.as_uuid(),
        new.vendor.as_uuid(),
        new.title,
        new.at.to_sqlx(),
        genesis.as_bytes().as_slice()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let people: Vec<Uuid> = new.people.iter().map(|(user, _)| user.as_uuid()).collect();
    let roles: Vec<String> = new
        .people
        .iter()
        .map(|(_, role)| role.name().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO thread_people (thread_id, user_id, vendor_id, role)
         SELECT $1, user_id, $2, role FROM unnest($3::uuid[], $4::text[]) AS people (user_id, role)",
        new.thread.as_uuid(),
        new.vendor.as_uuid(),
        &people,
        &roles
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Somebody else takes part from now on; what was written before counts as read. Who takes part already goes on, and
/// is the last who came.
pub async fn add_person(
    tx: &mut Tx,
    thread: ThreadId,
    vendor: VendorId,
    (user, role): (UserId, Role),
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO thread_people (thread_id, user_id, vendor_id, role, acked_seq, since)
         SELECT t.thread_id, $2, $3, $5, t.last_seq, $4 FROM threads t WHERE t.thread_id = $1
         ON CONFLICT (vendor_id, thread_id, user_id) DO UPDATE SET since = excluded.since",
        thread.as_uuid(),
        user.as_uuid(),
        vendor.as_uuid(),
        at.to_sqlx(),
        role.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The thread's row, if it is in scope.
pub async fn find(tx: &mut Tx, thread: ThreadId) -> Result<Option<ThreadRow>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT t.title, t.last_seq, version_of_state(t) AS "version!" FROM threads t WHERE t.thread_id = $1"#,
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| ThreadRow {
        thread,
        title: row.title,
        seq: row.last_seq,
        version: row.version,
    }))
}

/// Who takes part; `None` when there is no such thread in scope. Sellers come first, and of them whoever came last.
pub async fn participants(
    tx: &mut Tx,
    thread: ThreadId,
) -> Result<Option<Vec<Person>>, StoreError> {
    let mut people = people_of(tx, &[thread]).await?;
    match people.remove(&thread) {
        Some(people) => Ok(Some(people)),
        None => Ok(find(tx, thread).await?.map(|_| Vec::new())),
    }
}

/// Who takes part in each of these threads; a buyer under the name that the vendor knows.
pub async fn people_of(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<HashMap<ThreadId, Vec<Person>>, StoreError> {
    let ids: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT p.thread_id, u.user_id, coalesce(c.name, u.name) AS "name!", p.role
           FROM thread_people p
           JOIN people u USING (user_id)
           LEFT JOIN customers c ON c.vendor_id = p.vendor_id AND c.user_id = p.user_id AND p.role = 'buyer'
          WHERE p.thread_id = ANY($1)
          ORDER BY p.thread_id, (p.role = 'buyer'), p.since DESC NULLS LAST, u.user_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut people: HashMap<ThreadId, Vec<Person>> = HashMap::new();
    for row in rows {
        people
            .entry(ThreadId::from_uuid(row.thread_id))
            .or_default()
            .push(Person {
                user: UserId::from_uuid(row.user_id),
                name: row.name,
                role: persons::role("thread_people", row.user_id, &row.role)?,
            });
    }
    Ok(people)
}

/// Where these threads stand; those that are not in scope are left out.
pub async fn standings(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<Standing>, StoreError> {
    let ids: Vec<Uuid> = threads.iter().map(|thread| thread.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT t.thread_id, t.last_seq, t.last_at, t.head_hash, version_of_state(t) AS "version!",
                  ARRAY(SELECT p.user_id FROM thread_people p WHERE p.thread_id = t.thread_id) AS "people!"
             FROM threads t WHERE t.thread_id = ANY($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let thread = ThreadId::from_uuid(row.thread_id);
            let end: messages::Standing = messages::Row {
                thread,
                last_seq: row.last_seq,
                last_at: row.last_at,
                head_hash: row.head_hash,
                people: row.people,
            }
            .try_into()?;
            Ok(Standing {
                thread,
                seq: row.last_seq,
                version: row.version,
                people: end.people.to_vec(),
                end,
            })
        })
        .collect()
}

/// A page of the threads, newest first: a participant's own, or (`all`) every one of the vendor.
pub async fn list(
    tx: &mut Tx,
    user: UserId,
    all: bool,
    wanted: &Wanted,
) -> Result<Part<ListedThread>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT t.thread_id, t.title, t.last_seq, t.last_at, version_of_state(t) AS "version!", me.acked_seq AS "acked?",
                  e.at AS "at?", e.author_id, e.kind AS "kind?", e.command_id, e.envelope AS "envelope?",
                  e.hash AS "hash?", e.body AS "body?", e.salt AS "salt?",
                  (SELECT max(o.number) FROM orders o WHERE o.thread_id = t.thread_id) AS order_number
             FROM threads t
             LEFT JOIN thread_people me ON me.thread_id = t.thread_id AND me.user_id = $1
             LEFT JOIN events e ON e.thread_id = t.thread_id AND e.seq = t.last_seq
            WHERE ($2 OR me.user_id IS NOT NULL)
              AND ($3::timestamptz IS NULL
                   OR (t.active_at <= $3 AND (t.last_at, t.thread_id) < ($3, $4::uuid)))
            ORDER BY t.active_at DESC, t.last_at DESC, t.thread_id DESC LIMIT $5"#,
        user.as_uuid(),
        all,
        wanted.time().map(jiff_sqlx::ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        wanted.id(),
        wanted.rows()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = wanted.cut(rows, |row| Key::time(row.last_at.to_jiff(), row.thread_id));
    let ids: Vec<ThreadId> = rows
        .items
        .iter()
        .map(|row| ThreadId::from_uuid(row.thread_id))
        .collect();
    let mut people = people_of(tx, &ids).await?;
    rows.try_map(|row| {
        let thread = ThreadId::from_uuid(row.thread_id);
        let last = match (row.at, row.kind, row.envelope, row.hash) {
            (Some(at), Some(kind), Some(envelope), Some(hash)) => Some(
                events::Row {
                    thread_id: row.thread_id,
                    seq: row.last_seq,
                    at,
                    author_id: row.author_id,
                    kind,
                    command_id: row.command_id,
                    envelope,
                    hash,
                    body: row.body,
                    salt: row.salt,
                }
                .event(),
            ),
            _ => None,
        };
        Ok(ListedThread {
            thread,
            title: row.title,
            people: people.remove(&thread).unwrap_or_default(),
            last,
            seq: row.last_seq,
            version: row.version,
            unread: row.acked.map_or(0, |acked| (row.last_seq - acked).max(0)),
            order_number: row.order_number,
        })
    })
}

/// Marks threads as read, never backwards and never past their ends.
pub async fn acknowledge(tx: &mut Tx, user: UserId, marks: &[Mark]) -> Result<(), StoreError> {
    let threads: Vec<Uuid> = marks.iter().map(|mark| mark.thread.as_uuid()).collect();
    let seqs: Vec<i64> = marks.iter().map(|mark| mark.seq).collect();
    sqlx::query!(
        "UPDATE thread_people p SET acked_seq = least(mark.seq, t.last_seq)
           FROM unnest($2::uuid[], $3::bigint[]) AS mark (thread_id, seq)
           JOIN threads t ON t.thread_id = mark.thread_id
          WHERE p.thread_id = mark.thread_id AND p.user_id = $1
            AND p.acked_seq < least(mark.seq, t.last_seq)",
        user.as_uuid(),
        &threads,
        &seqs
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks a thread, so that what is counted in it stays so until the commit. `false`: there is none in scope.
pub async fn lock(tx: &mut Tx, thread: ThreadId) -> Result<bool, StoreError> {
    let row = sqlx::query_scalar!(
        r#"SELECT 1 AS "one!" FROM threads WHERE thread_id = $1 FOR NO KEY UPDATE"#,
        thread.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}
