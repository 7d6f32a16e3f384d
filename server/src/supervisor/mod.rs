//! The tasks that run as long as the process does. Each has a name and a policy for its end: one that panics, or ends
//! though nobody stopped it, is logged, counted and started again, or ends the process. `/readyz` reads [`Supervisor::report`].

mod detached;

pub use detached::{detached, panic_words};

use futures::FutureExt as _;
use orderline_domain::backoff::Backoff;
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

/// The pauses before a task is started again. It is never given up: what it works for may come back.
pub const RESTARTS: Backoff = Backoff::endless(Duration::from_secs(1), Duration::from_secs(30));
/// How long a task must have run for an end to count as a first one.
const CALM: Duration = Duration::from_mins(1);

/// What follows when a task ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// It is started again, after a pause.
    Restart,
    /// The process stops in order and answers with a failure: whoever runs it starts it anew.
    EndProcess,
}

/// How a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskState {
    Running,
    /// It ended by itself and is about to be started again.
    Waiting,
    /// It ended by itself, and with it the process ends.
    Fatal,
    /// It was stopped.
    Stopped,
}

/// What is known of a task.
#[derive(Clone, Debug)]
pub struct TaskReport {
    pub name: &'static str,
    pub on_end: OnEnd,
    pub state: TaskState,
    /// How often it was started again since the process began.
    pub restarts: u32,
}

/// The process's list of tasks. Cheap to clone.
#[derive(Clone)]
pub struct Supervisor(Arc<Inner>);

struct Inner {
    /// Short critical sections; no lock is held across an await.
    tasks: Mutex<BTreeMap<&'static str, Watched>>,
    stopping: watch::Sender<bool>,
    fatal: watch::Sender<Option<&'static str>>,
    pauses: Backoff,
}

struct Watched {
    report: TaskReport,
    fault: Arc<Notify>,
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new(RESTARTS)
    }
}

impl Supervisor {
    /// An empty list; `pauses` lie between the end of a task and its restart.
    pub fn new(pauses: Backoff) -> Self {
        Self(Arc::new(Inner {
            tasks: Mutex::default(),
            stopping: watch::Sender::new(false),
            fatal: watch::Sender::new(None),
            pauses,
        }))
    }

    /// Starts a task that is started again when it ends by itself. `task` makes it, now and then; what must outlive a
    /// restart, such as a queue's receiver, belongs to the closure and is only borrowed by the task.
    pub fn watch<T, F>(&self, name: &'static str, task: T) -> JoinHandle<()>
    where
        T: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        self.start(name, OnEnd::Restart, task)
    }

    /// Starts a task that the process cannot do without: when it ends by itself, the process ends.
    pub fn vital<F>(&self, name: &'static str, task: F) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let once = Mutex::new(Some(task));
        self.start(name, OnEnd::EndProcess, move || {
            let task = once.lock().unwrap_or_else(PoisonError::into_inner).take();
            async move {
                if let Some(task) = task {
                    task.await;
                }
            }
        })
    }

    /// The pauses before something is started again.
    pub fn pauses(&self) -> Backoff {
        self.0.pauses
    }

    fn start<T, F>(&self, name: &'static str, on_end: OnEnd, task: T) -> JoinHandle<()>
    where
        T: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let fault = Arc::new(Notify::new());
        let report = TaskReport {
            name,
            on_end,
            state: TaskState::Running,
            restarts: 0,
        };
        let watched = Watched {
            report,
            fault: Arc::clone(&fault),
        };
        self.tasks().insert(name, watched);
        let keeper = Keeper {
            supervisor: self.clone(),
            name,
            on_end,
            fault,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the supervised spawn that everything else goes through"
        )]
        tokio::spawn(async move { keeper.keep(task).await })
    }

    /// From now on tasks may end: the process stops.
    pub fn stopping(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Waits until a task has ended without which the process cannot go on; answers its name.
    pub async fn fatal(&self) -> &'static str {
        let mut fatal = self.0.fatal.subscribe();
        loop {
            if let Some(name) = *fatal.borrow_and_update() {
                return name;
            }
            // The sender lives in this very supervisor.
            if fatal.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Every task, by name.
    pub fn report(&self) -> Vec<TaskReport> {
        let tasks = self.tasks();
        tasks.values().map(|it| it.report.clone()).collect()
    }

    /// Makes a task panic where it waits next; `false` when there is none of this name. For tests, which see so that
    /// every task's end is noticed.
    pub fn inject_panic(&self, name: &str) -> bool {
        let tasks = self.tasks();
        let found = tasks.get(name);
        if let Some(watched) = found {
            watched.fault.notify_one();
        }
        found.is_some()
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, Watched>> {
        self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut TaskReport)) {
        if let Some(watched) = self.tasks().get_mut(name) {
            change(&mut watched.report);
        }
    }
}

/// One task's keeper.
struct Keeper {
    supervisor: Supervisor,
    name: &'static str,
    on_end: OnEnd,
    fault: Arc<Notify>,
}

impl Keeper {
    async fn keep<T, F>(self, task: T)
    where
        T: Fn() -> F,
        F: Future<Output = ()>,
    {
        let inner = &self.supervisor.0;
        let mut stopping = inner.stopping.subscribe();
        let mut failures = 0_u32;
        loop {
            let since = Instant::now();
            let ended = AssertUnwindSafe(self.attempt(&task)).catch_unwind().await;
            if ended.is_ok() && *stopping.borrow() {
                return self.state(TaskState::Stopped);
            }
            let words = match &ended {
                Ok(()) => "it ended though nobody stopped it".to_owned(),
                Err(panic) => panic_words(panic.as_ref()),
            };
            if self.on_end == OnEnd::EndProcess {
                tracing::error!(task = self.name, %words, "a task failed that the process cannot do without");
                self.state(TaskState::Fatal);
                inner.fatal.send_replace(Some(self.name));
                return;
            }
            failures = if since.elapsed() > CALM {
                1
            } else {
                failures.saturating_add(1)
            };
            let pause = inner.pauses.wait(failures, rand::random());
            tracing::error!(task = self.name, %words, failures, ?pause, "a task failed and is started again");
            metrics::counter!("orderline_tasks_restarted_total", "task" => self.name).increment(1);
            self.supervisor.note(self.name, |it| {
                it.state = TaskState::Waiting;
                it.restarts += 1;
            });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return self.state(TaskState::Stopped),
            }
            self.state(TaskState::Running);
        }
    }

    /// The task once, or the panic that somebody asked for.
    async fn attempt<T, F>(&self, task: &T)
    where
        T: Fn() -> F,
        F: Future<Output = ()>,
    {
        tokio::select! {
            () = task() => {}
            () = self.fault.notified() => resume_unwind(Box::new("a test made it panic")),
        }
    }

    fn state(&self, state: TaskState) {
        self.supervisor.note(self.name, |it| it.state = state);
    }
}

#[cfg(test)]
mod tests;
