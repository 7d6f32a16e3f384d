//! Reading threads: the list, a snapshot, older events, and what a socket missed.

use crate::{
    auth,
    failure::Failure,
    store::thread::{self, events},
    usecase::{
        Query,
        call::{life, standing},
        offer::view,
    },
};
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::roles::{Action, Relation},
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
pub async fn list(query: &mut Query<'_>) -> Result<ThreadList, Failure> {
    let all = auth::may(query.actor, Action::ReadThread, Relation::Foreign);
    let listed = thread::list(&mut query.tx, query.actor.user, all, MAX_LIST).await?;
    let ids: Vec<ThreadId> = listed.iter().map(|it| it.thread).collect();
    let mut live: HashMap<ThreadId, CallView> = life::live_in(&mut query.tx, &ids)
        .await?
        .into_iter()
        .map(|call| (call.thread, call))
        .collect();
    let mut standing = standing::of_threads(&mut query.tx, &ids).await?;
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
pub async fn snapshot(query: &mut Query<'_>, thread: ThreadId) -> Result<ThreadSnapshot, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadThread, thread).await?;
    let row = thread::find(&mut query.tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let people = thread::participants(&mut query.tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    // Events may be written between the two reads: the snapshot stands at its last event.
    let events = events::before(&mut query.tx, thread, None, MAX_PAGE).await?;
    let (offer, order) = view::of_thread(query.env, &mut query.tx, thread).await?;
    let call = life::live_in(&mut query.tx, &[thread]).await?.pop();
    let calling = standing::of_thread(&mut query.tx, thread).await?;
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
    query: &mut Query<'_>,
    thread: ThreadId,
    before: Option<i64>,
    limit: i64,
) -> Result<EventPage, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadThread, thread).await?;
    let events = events::before(&mut query.tx, thread, before, limit.clamp(1, MAX_PAGE)).await?;
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
pub async fn missed(query: &mut Query<'_>, cursors: &[Cursor]) -> Result<Vec<Missed>, Failure> {
    let ids: Vec<ThreadId> = cursors.iter().map(|cursor| cursor.thread).collect();
    let standings = thread::standings(&mut query.tx, &ids).await?;
    let mut all = Vec::with_capacity(cursors.len());
    for cursor in cursors {
        let thread = cursor.thread;
        let standing = standings
            .iter()
            .find(|it| it.thread == thread)
            .filter(|it| {
                let relation = auth::relation(query.actor, &it.people);
                auth::may(query.actor, Action::ReadThread, relation)
            });
        let what = match standing {
            None => Replay::Refused,
            Some(it) if it.seq == cursor.seq => Replay::Events(Vec::new()),
            // The client has what never was (a database put back): it begins anew.
            Some(it) if it.seq < cursor.seq => Replay::TooLong,
            Some(_) => {
                let limit = i64::try_from(MAX_REPLAY).unwrap_or(i64::MAX - 1) + 1;
                let events = events::after(&mut query.tx, thread, cursor.seq.max(0), limit).await?;
                if events.len() > MAX_REPLAY {
                    Replay::TooLong
                } else {
                    Replay::Events(events)
                }
            }
        };
        let people = standing
            .filter(|it| it.people.contains(&query.actor.user))
            .map(|it| it.people.as_slice().into());
        all.push(Missed {
            thread,
            people,
            what,
        });
    }
    Ok(all)
}
