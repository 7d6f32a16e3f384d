//! Who takes part in a thread, for what happens many times a second (typing, drafts, presence).

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    live::hub::Audience,
    store::{Tx, thread},
    usecase::{Query, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::roles::Action,
};
use orderline_protocol::problem::Code;
use std::sync::Arc;

/// A thread's people and, where the transaction works for one vendor, whoever follows that vendor's thread.
pub fn audience(tx: &Tx, thread: ThreadId, people: Vec<UserId>) -> Audience {
    match tx.vendor() {
        Some(vendor) => Audience::thread(vendor, thread, people),
        None => Audience::everywhere(people),
    }
}

/// Who takes part in a thread, if the actor may do this in it. What this node does not know is read.
pub async fn of_thread(
    run: &Runner,
    actor: &Actor,
    action: Action,
    thread: ThreadId,
) -> Result<Arc<[UserId]>, Failure> {
    auth::within(actor, thread)?;
    // Who came to the thread a moment ago, through another node perhaps, is not remembered yet.
    let known = run.env.people.get(actor.vendor, thread);
    if let Some(people) = known.filter(|it| auth::authorise_people(actor, action, it).is_ok()) {
        return Ok(people);
    }
    let people = run
        .query(actor, |query| read(query, thread).boxed())
        .await?;
    auth::authorise_people(actor, action, &people)?;
    Ok(people)
}

async fn read(query: &mut Query<'_>, thread: ThreadId) -> Result<Arc<[UserId]>, Failure> {
    let standing = thread::standings(&mut query.tx, &[thread]).await?.pop();
    let people: Arc<[UserId]> = standing.ok_or(Code::NotFound)?.people.into();
    let known = Arc::clone(&people);
    query.env.people.put(query.actor.vendor, thread, known);
    Ok(people)
}
