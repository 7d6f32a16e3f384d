//! The one way in which work beside the requests is done: a [`Job`] says when it is due and does one step of it; the loop
//! here waits, holds the lease of what only one node may do, backs off after a failure, and notes what ran.
//!
//! A job over the queue of [`queue`] takes one row at a time. Rules, SQL and transactions are the use cases' business.

pub(super) mod queue;
mod run;

pub(super) use run::run;

use crate::{failure::Failure, usecase::Runner};
use orderline_domain::{
    backoff::Backoff,
    job::{SWEEP, Schedule},
};

/// Which nodes do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nodes {
    /// One at a time, who holds the lease in `job_runs`.
    One,
    /// Each by itself: it concerns that node, or its rows are taken one by one.
    Every,
}

/// What follows on a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There may be more to do.
    Again,
    /// Nothing until it is due again.
    Rest,
}

/// Work that comes again. Every step may be repeated: a process may die after it.
pub(super) trait Job: Send + Sync + 'static {
    const NAME: &'static str;
    const SCHEDULE: Schedule;
    const NODES: Nodes;
    /// The waits after failed runs; they never end.
    const BACKOFF: Backoff = SWEEP;

    /// How many steps are done side by side on one node.
    fn width(&self) -> usize {
        1
    }

    /// Before the first step, also after the task was started again.
    fn begin(&self, _run: &Runner) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }

    /// Does some of the work, bounded.
    fn step(&self, run: &Runner) -> impl Future<Output = Result<Next, Failure>> + Send;
}
