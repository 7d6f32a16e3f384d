//! A seller opens a thread with a buyer.

use crate::{
    app::App,
    auth,
    store::{
        people::users,
        thread::{self, NewThread},
    },
    usecase::{Actor, Failure, call::standing, words::wrong},
};
use orderline_domain::people::roles::{Action, Relation, Role};
use orderline_protocol::{
    http::OpenThread,
    problem::{Code, Problem},
    view::ThreadSummary,
};
use std::collections::BTreeMap;

/// Longest title, in characters.
const MAX_TITLE: usize = 200;

/// Opens a thread between the actor and a buyer of the same vendor. The id is the client's: asked again with the
/// same id, the same thread is answered.
pub async fn open_thread(
    app: &App,
    actor: &Actor,
    wish: &OpenThread,
) -> Result<ThreadSummary, Failure> {
    // Whoever may ring a buyer may open a thread with one.
    auth::authorise(actor, Action::StartCall, Relation::Own)?;
    let title = wish.title.trim();
    if title.is_empty() {
        return Err(bad("title", "required").into());
    }
    if title.chars().count() > MAX_TITLE || title.chars().any(char::is_control) {
        return Err(bad("title", "invalid").into());
    }
    let mut tx = app.store.begin(actor.scope()).await?;
    users::person(&mut tx, wish.buyer)
        .await?
        .filter(|person| person.role == Role::Buyer)
        .ok_or_else(|| bad("buyer", "unknown"))?;
    let new = NewThread {
        thread: wish.thread,
        vendor: actor.vendor,
        title,
        people: &[actor.user, wish.buyer],
        at: app.clock.now(),
    };
    if !thread::open(&mut tx, &new).await? {
        auth::authorise_in_thread(&mut tx, actor, Action::ReadThread, wish.thread).await?;
    }
    let row = thread::find(&mut tx, wish.thread)
        .await?
        .ok_or(Code::NotFound)?;
    let people = thread::participants(&mut tx, wish.thread)
        .await?
        .unwrap_or_default();
    let calling = standing::of_thread(&mut tx, wish.thread).await?;
    tx.commit().await?;
    Ok(ThreadSummary {
        calling,
        thread: row.thread,
        title: row.title,
        people,
        last: None,
        seq: row.seq,
        unread: 0,
        call: None,
        order_number: None,
    })
}

fn bad(field: &str, code: &str) -> Problem {
    wrong(field, code, BTreeMap::new())
}
