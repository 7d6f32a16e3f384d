//! Work on many things, a few side by side: one that fails leaves its place and comes again when its wait is over. Holds
//! what waits over a restart of the task that runs it.

use crate::supervisor::panic_words;
use futures::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use std::{collections::BTreeMap, panic::AssertUnwindSafe, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

/// The wait after an attempt that panicked.
const AFTER_PANIC: Duration = Duration::from_secs(30);
/// When nothing waits, the timer sleeps for this long.
const IDLE: Duration = Duration::from_hours(1);

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempted {
    /// Nothing is left to do, whatever came of it.
    Done,
    Later(Duration),
}

/// Does the work.
pub(super) trait Worker<T>: Sync {
    /// One attempt on one thing, after this many failures.
    fn attempt(&self, thing: &T, failures: u32) -> impl Future<Output = Attempted> + Send;
}

/// The things that wait or are worked on.
pub(super) struct Retries<T> {
    width: usize,
    most: usize,
    next: u64,
    /// By the time at which they are due, then in the order in which they came.
    due: BTreeMap<(Instant, u64), u64>,
    things: BTreeMap<u64, Held<T>>,
}

struct Held<T> {
    thing: T,
    failures: u32,
}

impl<T: Clone + Send + Sync> Retries<T> {
    /// Of at most `most` things, `width` at a time.
    pub(super) const fn new(width: usize, most: usize) -> Self {
        Self {
            width,
            most,
            next: 0,
            due: BTreeMap::new(),
            things: BTreeMap::new(),
        }
    }

    /// Works until the queue has ended and nothing is under way, or until it is told to stop; what waits then is the
    /// caller's to find again.
    pub(super) async fn run<W: Worker<T>>(
        &mut self,
        worker: &W,
        queue: &mut mpsc::Receiver<T>,
        stop: &mut watch::Receiver<bool>,
    ) {
        // What was under way when the task before this one failed begins anew.
        let now = Instant::now();
        self.due = self.things.keys().map(|id| ((now, *id), *id)).collect();
        let mut running = FuturesUnordered::new();
        let mut open = true;
        loop {
            let now = Instant::now();
            while running.len() < self.width
                && let Some(first) = self.due.first_entry().filter(|it| it.key().0 <= now)
            {
                let id = first.remove();
                if let Some(held) = self.things.get(&id) {
                    let (thing, failures) = (held.thing.clone(), held.failures);
                    running.push(async move {
                        let work = AssertUnwindSafe(worker.attempt(&thing, failures));
                        let done = work.catch_unwind().await;
                        let done = done.unwrap_or_else(|panic| {
                            let words = panic_words(panic.as_ref());
                            tracing::error!(%words, "an attempt panicked; it is made again");
                            Attempted::Later(AFTER_PANIC)
                        });
                        (id, done)
                    });
                }
            }
            let wake = match self.due.first_key_value() {
                Some(((at, _), _)) if running.len() < self.width => *at,
                _ => now + IDLE,
            };
            let idle = running.is_empty() && self.due.is_empty();
            if !open && idle {
                return;
            }
            tokio::select! {
                thing = queue.recv(), if open && self.things.len() < self.most => match thing {
                    Some(thing) => self.take(thing),
                    None => open = false,
                },
                Some((id, done)) = running.next(), if !running.is_empty() => self.done(id, done),
                () = sleep_until(wake) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        while let Some((id, done)) = running.next().await {
            self.done(id, done);
        }
    }

    fn take(&mut self, thing: T) {
        let id = self.next;
        self.next += 1;
        self.things.insert(id, Held { thing, failures: 0 });
        self.due.insert((Instant::now(), id), id);
    }

    fn done(&mut self, id: u64, done: Attempted) {
        match done {
            Attempted::Done => {
                self.things.remove(&id);
            }
            Attempted::Later(wait) => {
                if let Some(held) = self.things.get_mut(&id) {
                    held.failures = held.failures.saturating_add(1);
                    self.due.insert((Instant::now() + wait, id), id);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
