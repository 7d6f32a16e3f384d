//! Who takes part in a thread, for what happens many times a second (typing, drafts, presence).

use crate::store::thread::events::Published;
use orderline_domain::ids::{ThreadId, UserId, VendorId};
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
    /// Who takes part, if this node knows.
    pub fn get(&self, vendor: VendorId, thread: ThreadId) -> Option<Arc<[UserId]>> {
        let (owner, people) = self.0.get(&thread)?;
        (owner == vendor).then_some(people)
    }

    /// Remembers who takes part.
    pub fn put(&self, vendor: VendorId, thread: ThreadId, people: Arc<[UserId]>) {
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
