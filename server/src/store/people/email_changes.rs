//! Changes of accounts' addresses that wait for both mailboxes. Tokens are known by their hashes alone.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    digest::Digest,
    ids::{EmailChangeId, SessionId, UserId},
    people::email_change::{EmailChange, Mailbox, State},
};
use uuid::Uuid;

/// A change about to be written.
#[derive(Debug)]
pub struct NewChange<'a> {
    pub change: EmailChangeId,
    pub user: UserId,
    pub session: SessionId,
    /// As it is compared.
    pub email: &'a str,
    pub old_token: &'a Digest,
    /// None: somebody has the address.
    pub new_token: Option<&'a Digest>,
    pub at: Timestamp,
    pub held: EmailChange,
}

/// Writes it. For the jobs' role.
pub async fn add(tx: &mut Tx, new: &NewChange<'_>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO email_changes (change_id, user_id, session_id, email, old_token_hash, new_token_hash, asked_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.change.as_uuid(),
        new.user.as_uuid(),
        new.session.as_uuid(),
        new.email,
        new.old_token.as_bytes().as_slice(),
        new.new_token.map(|it| it.as_bytes().as_slice()),
        new.at.to_sqlx(),
        new.held.ends_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whose change has this id, and to which address. For the jobs' role.
pub async fn known(
    tx: &mut Tx,
    change: EmailChangeId,
) -> Result<Option<(UserId, String)>, StoreError> {
    let row = sqlx::query!(
        "SELECT user_id, email FROM email_changes WHERE change_id = $1",
        change.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (UserId::from_uuid(row.user_id), row.email)))
}

/// How many a person began since then. For the jobs' role.
pub async fn asked_since(tx: &mut Tx, user: UserId, since: Timestamp) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM email_changes WHERE user_id = $1 AND asked_at > $2"#,
        user.as_uuid(),
        since.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Takes back the one that waits. `false`: none does.
pub async fn take_back(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE email_changes SET state = 'taken_back' WHERE user_id = $1 AND state = 'waiting'",
        user.as_uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A change as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub change: EmailChangeId,
    pub user: UserId,
    pub session: SessionId,
    pub email: String,
    pub held: EmailChange,
}

struct Row {
    change_id: Uuid,
    user_id: Uuid,
    session_id: Uuid,
    email: String,
    ends_at: jiff_sqlx::Timestamp,
    old_said_yes: bool,
    new_said_yes: bool,
    state: String,
}

impl TryFrom<Row> for Stored {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "waiting" => State::Waiting,
            "done" => State::Done,
            "taken_back" => State::TakenBack,
            _ => {
                let what = "no such state";
                return Err(StoreError::corrupt(
                    "email_changes",
                    "state",
                    row.change_id,
                    what,
                ));
            }
        };
        Ok(Self {
            change: EmailChangeId::from_uuid(row.change_id),
            user: UserId::from_uuid(row.user_id),
            session: SessionId::from_uuid(row.session_id),
            email: row.email,
            held: EmailChange {
                ends_at: row.ends_at.to_jiff(),
                old_said_yes: row.old_said_yes,
                new_said_yes: row.new_said_yes,
                state,
            },
        })
    }
}

/// The one of a person's that was not taken back and not done, though its time may be over.
pub async fn waiting(tx: &mut Tx, user: UserId) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT change_id, user_id, session_id, email, ends_at, old_said_yes, new_said_yes, state FROM email_changes
          WHERE user_id = $1 AND state = 'waiting'",
        user.as_uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Stored::try_from).transpose()
}

/// The change that a token is of, and which mailbox it went to; locked until the commit. For the jobs' role.
pub async fn lock(tx: &mut Tx, token: &Digest) -> Result<Option<(Stored, Mailbox)>, StoreError> {
    let hash = token.as_bytes().as_slice();
    let row = sqlx::query_as!(
        Row,
        "SELECT change_id, user_id, session_id, email, ends_at, old_said_yes, new_said_yes, state FROM email_changes
          WHERE old_token_hash = $1 FOR UPDATE",
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(row) = row {
        return Ok(Some((row.try_into()?, Mailbox::Old)));
    }
    let row = sqlx::query_as!(
        Row,
        "SELECT change_id, user_id, session_id, email, ends_at, old_said_yes, new_said_yes, state FROM email_changes
          WHERE new_token_hash = $1 FOR UPDATE",
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| Ok((row.try_into()?, Mailbox::New)))
        .transpose()
}

/// Saves what was said to one that waits; its row is locked. For the jobs' role.
pub async fn save(tx: &mut Tx, stored: &Stored, next: &EmailChange) -> Result<(), StoreError> {
    let state = match next.state {
        State::Waiting => "waiting",
        State::Done => "done",
        State::TakenBack => "taken_back",
    };
    sqlx::query!(
        "UPDATE email_changes SET old_said_yes = $2, new_said_yes = $3, state = $4
          WHERE change_id = $1 AND state = 'waiting'",
        stored.change.as_uuid(),
        next.old_said_yes,
        next.new_said_yes,
        state
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets changes that were asked for before `before`, at most `most`. For the jobs' role.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "DELETE FROM email_changes WHERE change_id IN (SELECT change_id FROM email_changes WHERE asked_at < $1 LIMIT $2)",
        before.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
