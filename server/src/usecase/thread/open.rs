//! A seller opens a thread with a buyer.

use crate::{
    auth,
    failure::Failure,
    store::{
        people::users,
        thread::{self, NewThread},
    },
    usecase::{Cx, call::standing, words::wrong},
};
use orderline_domain::{
    people::roles::{Action, Relation},
    thread::Side,
};
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
pub async fn open_thread(cx: &mut Cx<'_>, wish: &OpenThread) -> Result<ThreadSummary, Failure> {
    // Whoever may ring a buyer may open a thread with one.
    auth::authorise(cx.actor, Action::StartCall, Relation::Own)?;
    let title = wish.title.trim();
    if title.is_empty() {
        return Err(bad("title", "required").into());
    }
    if title.chars().count() > MAX_TITLE || title.chars().any(char::is_control) {
        return Err(bad("title", "invalid").into());
    }
    users::person(&mut cx.tx, wish.buyer)
        .await?
        .filter(|person| person.side() == Side::Buyer)
        .ok_or_else(|| bad("buyer", "unknown"))?;
    let new = NewThread {
        thread: wish.thread,
        vendor: cx.actor.vendor,
        title,
        people: &[cx.actor.user, wish.buyer],
        at: cx.now,
    };
    if !thread::open(&mut cx.tx, &new).await? {
        auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::ReadThread, wish.thread).await?;
    }
    let row = thread::find(&mut cx.tx, wish.thread)
        .await?
        .ok_or(Code::NotFound)?;
    let people = thread::participants(&mut cx.tx, wish.thread)
        .await?
        .unwrap_or_default();
    let calling = standing::of_thread(&mut cx.tx, wish.thread).await?;
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
