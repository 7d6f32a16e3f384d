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
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Threads that are remembered; past it those that were asked for least go.
const MAX_REMEMBERED: usize = 20_000;

/// People of threads. After a thread was opened people only ever come to it, which every event tells.
#[derive(Debug)]
pub struct PeopleCache(Cache<ThreadId, Known>);

type Known = (VendorId, Arc<[UserId]>);

impl Default for PeopleCache {
    fn default() -> Self {
        Self(Cache::new(MAX_REMEMBERED))
    }
}

impl PeopleCache {
    fn get(&self, vendor: VendorId, thread: ThreadId) -> Option<Arc<[UserId]>> {
        let (owner, people) = self.0.get(&thread)?;
        (owner == vendor).then_some(people)
    }

    fn put(&self, vendor: VendorId, thread: ThreadId, people: Arc<[UserId]>) {
        self.0.insert(thread, (vendor, people));
    }

    /// Keeps in step with whoever came to a thread: an event names everybody who takes part.
    pub fn learn(&self, published: &Published) {
        self.keep_up(published.thread, &published.people);
    }

    /// The same for a thread that another node wrote to.
    pub fn keep_up(&self, thread: ThreadId, people: &[UserId]) {
        let outdated = |(_, known): Known| known.len() < people.len();
        if self.0.peek(&thread).is_some_and(outdated) {
            self.0.remove(&thread);
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
    // Who came to the thread a moment ago, through another node perhaps, is not remembered yet.
    let known = app.people.get(actor.vendor, thread);
    if let Some(people) = known.filter(|it| auth::authorise_people(actor, action, it).is_ok()) {
        return Ok(people);
    }
    let mut tx = app.store.begin(actor.scope()).await?;
    let standing = thread::standings(&mut tx, &[thread]).await?.pop();
    let people: Arc<[UserId]> = standing.ok_or(Code::NotFound)?.people.into();
    app.people.put(actor.vendor, thread, Arc::clone(&people));
    auth::authorise_people(actor, action, &people)?;
    Ok(people)
}
