//! The one way by which chat messages enter threads on this node (ADR 5): they queue by thread, and while a batch of
//! several threads is made durable the next one gathers.
//!
//! - `queue`: who waits and who is next, pure
//! - `pace`: how long a batch gathers, pure
//! - `task`: the task that owns the queue and the heads it remembers
//! - `write`: one batch, or one thread alone: sealed, stored, told, answered

mod pace;
mod queue;
mod task;
mod write;

use crate::{
    live::{Clock, Entropy, hub::Hub},
    store::{Store, StoreError, commands::Remembered, thread::messages::Standing},
    supervisor::Supervisor,
};
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, ThreadId, UserId, VendorId},
    thread::{Author, EventBody},
    vendor::state::Shut,
};
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::Instant,
};

/// Where threads stood when this node last wrote into them or looked at them. Only ever a guess: the store has the last
/// word.
type Heads = Cache<ThreadId, Standing>;

/// Threads whose heads are remembered.
const MAX_HEADS: usize = 20_000;
/// Messages on their way to the task; past it their senders wait.
const INTAKE: usize = 1_024;

/// A message that may be written: who writes it has been asked.
#[derive(Debug)]
pub struct NewMessage {
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub user: UserId,
    pub author: Author,
    pub command: CommandId,
    /// Of the command's canonical bytes.
    pub body_hash: Digest,
    pub body: EventBody,
}

/// What became of it.
#[derive(Debug)]
pub enum Reply {
    /// Durable, under this number; everybody has been told.
    Done {
        seq: i64,
    },
    /// The command was carried out before.
    Known(Remembered),
    /// Nobody writes in this thread any more.
    Closed,
    /// The vendor does not work.
    Shut(Shut),
    /// There is no such thread.
    Missing,
    Failed(StoreError),
    /// The node stops, or the database has not taken it for too long. It may be sent again.
    NotNow,
}

/// A message that waits for its turn.
#[derive(Debug)]
struct Pending {
    message: NewMessage,
    since: Instant,
    reply: oneshot::Sender<Reply>,
}

impl Pending {
    /// Answers; whoever asked may be gone, and finds the message in the thread.
    fn answer(self, reply: Reply) {
        self.reply.send(reply).ok();
    }
}

impl queue::Waiting for Pending {
    fn vendor(&self) -> VendorId {
        self.message.vendor
    }

    fn thread(&self) -> ThreadId {
        self.message.thread
    }

    fn author(&self) -> UserId {
        self.message.user
    }

    fn command(&self) -> CommandId {
        self.message.command
    }
}

/// What the task works with.
#[derive(Clone)]
pub struct Tools {
    pub store: Store,
    pub hub: Hub,
    pub clock: Clock,
    pub entropy: Entropy,
}

/// The way to the task.
#[derive(Debug)]
pub struct Appends {
    intake: mpsc::Sender<Pending>,
    heads: Arc<Heads>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Appends {
    /// Starts the task. Should it fail, what waited is asked for again by who waits for it.
    pub fn start(tools: Tools, supervisor: &Supervisor) -> Self {
        let (intake, inbox) = mpsc::channel(INTAKE);
        let (stop, stopped) = watch::channel(false);
        let heads = Arc::new(Heads::new(MAX_HEADS));
        let inbox = Arc::new(tokio::sync::Mutex::new(inbox));
        let known = Arc::clone(&heads);
        let task = supervisor.watch("appends", move || {
            let known = Arc::clone(&known);
            task::run(tools.clone(), Arc::clone(&inbox), known, stopped.clone())
        });
        Self {
            intake,
            heads,
            stop,
            task: Mutex::new(Some(task)),
        }
    }

    /// Appends a message and waits for what became of it. Dropping the wait does not take the message back.
    ///
    /// # Errors
    /// Nobody knows what became of it: the task failed.
    pub async fn append(&self, message: NewMessage) -> Result<Reply, Lost> {
        let (reply, answer) = oneshot::channel();
        let pending = Pending {
            message,
            since: Instant::now(),
            reply,
        };
        if self.intake.send(pending).await.is_err() {
            return Ok(Reply::NotNow);
        }
        answer.await.map_err(|_| Lost)
    }

    /// Takes note of where a thread stands that somebody looked at, unless it is known: its first message then need not
    /// ask.
    pub fn stands(&self, standing: &Standing) {
        let thread = standing.head.thread;
        if self.heads.peek(&thread).is_none() {
            self.heads.insert(thread, standing.clone());
        }
    }

    /// Takes nothing more, and waits until what was taken is written.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the task that writes messages failed");
        }
    }
}

/// Nobody knows what became of a message; the store knows once it is sent again.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the task that writes messages has ended")]
pub struct Lost;
