//! Who takes part in a thread, for what happens many times a second (typing, drafts, presence).

use crate::{
    app::App,
    auth,
    hub::Published,
    store::thread,
    usecase::{Actor, Failure},
};
use orderline_domain::{
    ids::{ThreadId, UserId, VendorId},
    people::roles::Action,
};
use orderline_protocol::problem::Code;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Threads that are remembered; past it the memory starts anew.
const MAX_REMEMBERED: usize = 20_000;

/// People of threads. After a thread was opened people only ever come to it, which every event tells.
#[derive(Debug, Default)]
pub struct PeopleCache(Mutex<HashMap<ThreadId, Known>>);

type Known = (VendorId, Arc<[UserId]>);

impl PeopleCache {
    fn get(&self, vendor: VendorId, thread: ThreadId) -> Option<Arc<[UserId]>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&thread)
            .filter(|(owner, _)| *owner == vendor)
            .map(|(_, people)| Arc::clone(people))
    }

    fn put(&self, vendor: VendorId, thread: ThreadId, people: Arc<[UserId]>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(thread, (vendor, people));
    }

    /// Keeps in step with whoever came to a thread: an event names everybody who takes part.
    pub fn learn(&self, published: &Published) {
        self.keep_up(published.thread, &published.people);
    }

    /// The same for a thread that another node wrote to.
    pub fn keep_up(&self, thread: ThreadId, people: &[UserId]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known
            .get(&thread)
            .is_some_and(|(_, known)| known.len() < people.len())
        {
            known.remove(&thread);
        }
    }
}

/// Who takes part in a thread, if the actor may do this in it.
pub async fn of_thread(
    app: &App,
    actor: &Actor,
    action: Action,
    thread: ThreadId,
) -> Result<Arc<[UserId]>, Failure> {
    auth::within(actor, thread)?;
    let people = if let Some(people) = app.people.get(actor.vendor, thread) {
        people
    } else {
        let mut tx = app.store.begin(actor.scope()).await?;
        let standing = thread::standings(&mut tx, &[thread]).await?.pop();
        let people: Arc<[UserId]> = standing.ok_or(Code::NotFound)?.people.into();
        app.people.put(actor.vendor, thread, Arc::clone(&people));
        people
    };
    auth::authorise_people(actor, action, &people)?;
    Ok(people)
}
