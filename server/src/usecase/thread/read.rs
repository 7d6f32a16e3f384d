//! Reading threads: the list, a snapshot, older events, and what a socket missed.

use crate::{
    app::App,
    auth,
    store::thread::{self, events},
    usecase::{
        Actor, Failure, again,
        call::{life, standing},
        offer::view as offers,
    },
};
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::roles::{Action, Relation, allowed},
};
use orderline_protocol::{
    MAX_REPLAY,
    http::{EventPage, ThreadList},
    problem::Code,
    socket::Cursor,
    view::{CallView, EventView, ThreadSnapshot, ThreadSummary},
};
use std::collections::HashMap;

/// Threads in one list.
const MAX_LIST: i64 = 200;
/// Events in one page, and in a snapshot.
pub const MAX_PAGE: i64 = 200;

/// The threads that the actor may see, newest first.
pub async fn list(app: &App, actor: &Actor) -> Result<ThreadList, Failure> {
    let all = allowed(actor.role, Action::ReadThread, Relation::Foreign);
    let mut tx = app.store.begin(actor.scope()).await?;
    let listed = thread::list(&mut tx, actor.user, all, MAX_LIST).await?;
    let ids: Vec<ThreadId> = listed.iter().map(|it| it.thread).collect();
    let mut live: HashMap<ThreadId, CallView> = life::live_in(&mut tx, &ids)
        .await?
        .into_iter()
        .map(|call| (call.thread, call))
        .collect();
    let mut standing = standing::of_threads(&mut tx, &ids).await?;
    let threads = listed
        .into_iter()
        .map(|it| ThreadSummary {
            call: live.remove(&it.thread),
            calling: standing.remove(&it.thread).unwrap_or_default(),
            thread: it.thread,
            title: it.title,
            people: it.people,
            last: it.last,
            seq: it.seq,
            unread: it.unread,
            order_number: it.order_number.map(|number| number.to_string()),
        })
        .collect();
    Ok(ThreadList { threads })
}

/// A thread as it stands, with its latest events.
pub async fn snapshot(
    app: &App,
    actor: &Actor,
    thread: ThreadId,
) -> Result<ThreadSnapshot, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    auth::authorise_in_thread(&mut tx, actor, Action::ReadThread, thread).await?;
    let row = thread::find(&mut tx, thread).await?.ok_or(Code::NotFound)?;
    let people = thread::participants(&mut tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    // Events may be written between the two reads: the snapshot stands at its last event.
    let events = events::before(&mut tx, thread, None, MAX_PAGE).await?;
    let (offer, order) = offers::of_thread(app, &mut tx, thread).await?;
    let call = life::live_in(&mut tx, &[thread]).await?.pop();
    let calling = standing::of_thread(&mut tx, thread).await?;
    Ok(ThreadSnapshot {
        calling,
        thread,
        title: row.title,
        people,
        seq: events.last().map_or(row.seq, |event| event.seq),
        earlier: events.first().is_some_and(|event| event.seq > 1),
        events,
        call,
        offer,
        order,
    })
}

/// Events before `before`, oldest first; `limit` is cut to 1..=[`MAX_PAGE`].
pub async fn page(
    app: &App,
    actor: &Actor,
    thread: ThreadId,
    before: Option<i64>,
    limit: i64,
) -> Result<EventPage, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    auth::authorise_in_thread(&mut tx, actor, Action::ReadThread, thread).await?;
    let events = events::before(&mut tx, thread, before, limit.clamp(1, MAX_PAGE)).await?;
    Ok(EventPage {
        earlier: events.first().is_some_and(|event| event.seq > 1),
        events,
    })
}

/// What a socket missed of one thread.
#[derive(Debug)]
pub struct Missed {
    pub thread: ThreadId,
    /// Who takes part, if the actor does.
    pub people: Option<std::sync::Arc<[UserId]>>,
    pub what: Replay,
}

/// See [`Missed`].
#[derive(Debug)]
pub enum Replay {
    /// These events follow, in order and without a gap.
    Events(Vec<EventView>),
    /// More than [`MAX_REPLAY`] events: fetch the snapshot.
    TooLong,
    /// Not there, or none of the actor's business.
    Refused,
}

/// What came after each of these cursors.
pub async fn missed(app: &App, actor: &Actor, cursors: &[Cursor]) -> Result<Vec<Missed>, Failure> {
    again(|| missed_now(app, actor, cursors)).await
}

async fn missed_now(app: &App, actor: &Actor, cursors: &[Cursor]) -> Result<Vec<Missed>, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    let ids: Vec<ThreadId> = cursors.iter().map(|cursor| cursor.thread).collect();
    let standings = thread::standings(&mut tx, &ids).await?;
    let mut all = Vec::with_capacity(cursors.len());
    for cursor in cursors {
        let thread = cursor.thread;
        let standing = standings
            .iter()
            .find(|it| it.thread == thread)
            .filter(|it| {
                allowed(
                    actor.role,
                    Action::ReadThread,
                    auth::relation(actor, &it.people),
                )
            });
        let what = match standing {
            None => Replay::Refused,
            Some(it) if it.seq == cursor.seq => Replay::Events(Vec::new()),
            // The client has what never was (a database put back): it begins anew.
            Some(it) if it.seq < cursor.seq => Replay::TooLong,
            Some(_) => {
                let limit = i64::try_from(MAX_REPLAY).unwrap_or(i64::MAX - 1) + 1;
                let events = events::after(&mut tx, thread, cursor.seq.max(0), limit).await?;
                if events.len() > MAX_REPLAY {
                    Replay::TooLong
                } else {
                    Replay::Events(events)
                }
            }
        };
        let people = standing
            .filter(|it| it.people.contains(&actor.user))
            .map(|it| it.people.as_slice().into());
        all.push(Missed {
            thread,
            people,
            what,
        });
    }
    Ok(all)
}
