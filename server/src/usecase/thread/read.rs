//! Reading threads: the list, a snapshot, older events, and what a socket missed.

use crate::{
    auth,
    failure::Failure,
    live::Env,
    page::Wanted,
    store::{
        Tx,
        thread::{self, events},
    },
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
    call::CallView,
    http::{EventPage, ThreadList},
    problem::Code,
    socket::Cursor,
    thread::{EventView, StateView, ThreadSnapshot, ThreadSummary},
};
use std::{collections::HashMap, sync::Arc};

/// Events in one page, and in a snapshot.
pub const MAX_PAGE: i64 = 200;

/// A page of the threads that the actor may see, newest first.
pub async fn list(query: &mut Query<'_>, wanted: &Wanted) -> Result<ThreadList, Failure> {
    let all = auth::may(query.actor, Action::ReadThread, Relation::Foreign);
    let listed = thread::list(&mut query.tx, query.actor.user, all, wanted).await?;
    let ids: Vec<ThreadId> = listed.items.iter().map(|it| it.thread).collect();
    let mut live: HashMap<ThreadId, CallView> = life::live_in(&mut query.tx, &ids)
        .await?
        .into_iter()
        .map(|call| (call.thread, call))
        .collect();
    let mut standing = standing::of_threads(&mut query.tx, &ids).await?;
    Ok(listed.page(|it| ThreadSummary {
        call: live.remove(&it.thread),
        calling: standing.remove(&it.thread).unwrap_or_default(),
        thread: it.thread,
        title: it.title,
        people: it.people.into_iter().map(Into::into).collect(),
        last: it.last.map(Into::into),
        seq: it.seq,
        version: it.version,
        unread: it.unread,
        order_number: it.order_number.map(|number| number.to_string()),
    }))
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
        people: people.into_iter().map(Into::into).collect(),
        seq: events.last().map_or(row.seq, |event| event.seq),
        // Read first: what changed since then comes once more.
        version: row.version,
        earlier: events.first().is_some_and(|event| event.seq > 1),
        events: events.into_iter().map(Into::into).collect(),
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
        events: events.into_iter().map(Into::into).collect(),
    })
}

/// What a socket missed of one thread.
#[derive(Debug)]
pub struct Missed {
    pub thread: ThreadId,
    /// Who takes part, if the actor does.
    pub people: Option<Arc<[UserId]>>,
    pub what: Replay,
    /// The state, if the actor's page holds another version.
    pub state: Option<Box<StateView>>,
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
    // A draft is told as it is typed and saved a little later, so the version does not know of it yet.
    let typed = query.env.drafts.unsaved(ids.clone()).await;
    let standings = thread::standings(&mut query.tx, &ids).await?;
    let mut all = Vec::with_capacity(cursors.len());
    let mut changed = Vec::new();
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
                    Replay::Events(events.into_iter().map(Into::into).collect())
                }
            }
        };
        if let Some(it) = standing
            && !matches!(what, Replay::TooLong)
            && (it.version != cursor.state || typed.contains(&thread))
        {
            changed.push((thread, it.version));
        }
        let people: Option<Arc<[UserId]>> = standing
            .filter(|it| it.people.contains(&query.actor.user))
            .map(|it| it.people.as_slice().into());
        if let Some(people) = &people {
            let vendor = query.actor.vendor;
            query.env.people.put(vendor, thread, Arc::clone(people));
            if let Some(it) = standing {
                query.env.appends.stands(&it.end);
            }
        }
        all.push(Missed {
            thread,
            people,
            what,
            state: None,
        });
    }
    let mut states = states(query.env, &mut query.tx, &changed).await?;
    for missed in &mut all {
        missed.state = states.remove(&missed.thread).map(Box::new);
    }
    Ok(all)
}

/// What the pages of these threads show beside the events. The version was read before: what changed since then comes
/// once more.
async fn states(
    env: &Env,
    tx: &mut Tx,
    threads: &[(ThreadId, i64)],
) -> Result<HashMap<ThreadId, StateView>, Failure> {
    if threads.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<ThreadId> = threads.iter().map(|(thread, _)| *thread).collect();
    let last = life::last_in(tx, &ids).await?;
    let mut last: HashMap<ThreadId, CallView> =
        last.into_iter().map(|call| (call.thread, call)).collect();
    let mut calling = standing::of_threads(tx, &ids).await?;
    let mut states = HashMap::with_capacity(threads.len());
    for &(thread, version) in threads {
        let (offer, order) = view::of_thread(env, tx, thread).await?;
        let state = StateView {
            thread,
            version,
            call: last.remove(&thread),
            offer,
            order,
            calling: calling.remove(&thread).unwrap_or_default(),
        };
        states.insert(thread, state);
    }
    Ok(states)
}
