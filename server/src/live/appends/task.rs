//! The task that owns the queue: takes messages in, and starts a batch when none is being written.

use super::{
    Heads, Pending, Reply, Tools,
    pace::Pace,
    queue::{Care, Queue},
    write::{Ended, Left, Work, write_alone, write_batch},
};
use crate::store::APPENDS_ALONE;
use futures::{
    StreamExt as _,
    future::{BoxFuture, FutureExt as _},
    stream::FuturesUnordered,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, mpsc, watch},
    time::{Instant, sleep_until},
};

/// Messages that wait here; past it the intake waits, and past that the senders.
const MAX_WAITING: usize = 16_384;
/// The pause after the database failed, and its longest as failures go on.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A message that could not be written for this long is refused: its sender tries again or elsewhere.
const PATIENCE: Duration = Duration::from_secs(15);
/// Time that a stop gives what was taken in.
const DRAIN: Duration = Duration::from_secs(5);

struct Task {
    tools: Tools,
    queue: Queue<Pending>,
    heads: Arc<Heads>,
    works: FuturesUnordered<BoxFuture<'static, Ended>>,
    batch_runs: bool,
    pace: Pace,
    alone: u32,
    /// No batch begins before.
    next_batch: Instant,
    /// No run alone begins before.
    next_alone: Instant,
    pause: Duration,
}

/// Writes what comes in until the node stops, and then what is left.
pub(super) async fn run(
    tools: Tools,
    intake: Arc<Mutex<mpsc::Receiver<Pending>>>,
    heads: Arc<Heads>,
    mut stop: watch::Receiver<bool>,
) {
    let mut intake = intake.lock().await;
    let now = Instant::now();
    let mut task = Task {
        tools,
        queue: Queue::default(),
        heads,
        works: FuturesUnordered::new(),
        batch_runs: false,
        pace: Pace::default(),
        alone: 0,
        next_batch: now,
        next_alone: now,
        pause: PAUSE,
    };
    let mut open = true;
    // Both are set once the node stops.
    let mut deadline = None;
    while open || !task.queue.is_idle() {
        let due = task.due();
        tokio::select! {
            biased;
            Some(ended) = task.works.next() => task.ended(ended),
            taken = intake.recv(), if open && task.queue.waiting() < MAX_WAITING => match taken {
                Some(pending) => {
                    task.queue.push(pending);
                    while task.queue.waiting() < MAX_WAITING && let Ok(more) = intake.try_recv() {
                        task.queue.push(more);
                    }
                }
                None => open = false,
            },
            () = sleep_until(due.unwrap_or(now)), if due.is_some() => {}
            _ = stop.wait_for(|stopped| *stopped), if deadline.is_none() => {
                intake.close();
                deadline = Some(Instant::now() + DRAIN);
            }
            () = sleep_until(deadline.unwrap_or(now)), if deadline.is_some() => {
                tracing::warn!("some messages were not written before the stop; their senders send them again");
                return;
            }
        }
        task.begin();
    }
}

impl Task {
    /// When something may begin that waits now.
    fn due(&self) -> Option<Instant> {
        let batch = (self.queue.has_batch() && !self.batch_runs).then_some(self.next_batch);
        let alone =
            (self.queue.has_alone() && self.alone < APPENDS_ALONE).then_some(self.next_alone);
        [batch, alone].into_iter().flatten().min()
    }

    fn begin(&mut self) {
        let now = Instant::now();
        if !self.batch_runs && self.queue.has_batch() && now >= self.next_batch {
            let batch = self.queue.next_batch();
            let batch: Vec<Work> = batch
                .into_iter()
                .map(|run| {
                    let standing = self.heads.get(&run.thread);
                    Work { run, standing }
                })
                .collect();
            self.batch_runs = true;
            // What only asks where its thread stands is counted when it is written.
            let written = batch.iter().filter(|work| work.standing.is_some());
            let messages = written.map(|work| work.run.messages.len()).sum();
            self.next_batch = now + self.pace.after(now, messages);
            self.works
                .push(write_batch(self.tools.clone(), batch).boxed());
        }
        while self.alone < APPENDS_ALONE
            && now >= self.next_alone
            && let Some(run) = self.queue.next_alone()
        {
            self.alone += 1;
            self.works
                .push(write_alone(self.tools.clone(), run).boxed());
        }
    }

    fn ended(&mut self, ended: Ended) {
        if ended.shared {
            self.batch_runs = false;
            if ended.only_asked {
                // What it learnt is written at once: nothing was made durable that others could share.
                self.next_batch = Instant::now();
            }
        } else {
            self.alone -= 1;
        }
        if let Some(error) = ended.failure {
            tracing::warn!(%error, shared = ended.shared, "messages are written again");
            let until = Instant::now() + self.pause;
            // A row that is held for long is no reason to keep other threads waiting.
            self.next_alone = until;
            if ended.shared {
                self.next_batch = until;
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            }
        } else if ended.shared {
            self.pause = PAUSE;
        }
        for left in ended.left {
            self.settle(left);
        }
    }

    fn settle(&mut self, left: Left) {
        let Left {
            thread,
            standing,
            messages,
            care,
        } = left;
        match standing {
            Some(standing) => self.heads.insert(thread, standing),
            None => {
                self.heads.remove(&thread);
            }
        }
        let (waits, late): (Vec<_>, Vec<_>) = messages
            .into_iter()
            .partition(|it| it.since.elapsed() < PATIENCE);
        for pending in late {
            pending.answer(Reply::NotNow);
        }
        let care = if waits.is_empty() {
            Care::default()
        } else {
            care
        };
        self.queue.settle(thread, waits, care);
    }
}
