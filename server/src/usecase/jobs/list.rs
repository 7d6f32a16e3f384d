//! What ran, what waits and what failed, for admins.

use crate::{
    auth,
    failure::Failure,
    store::{Tx, job_runs, jobs},
    usecase::Query,
};
use jiff::Timestamp;
use orderline_domain::people::roles::{Action, Relation};
use orderline_protocol::{
    problem::Code,
    system::{JobView, JobsView, QueuedJobView},
};

/// Most rows of queued work that are shown.
const MAX_QUEUED: i64 = 200;

/// The installation's jobs, and the vendor's own queued work.
pub async fn list(query: &mut Query<'_>) -> Result<JobsView, Failure> {
    // A session that a link opened sees one thread.
    if query.actor.only_thread.is_some() {
        return Err(Code::NotFound.into());
    }
    auth::authorise(query.actor, Action::ReadJobs, Relation::Own)?;
    let now = query.env.clock.now();
    let jobs = of_installation(&mut query.tx, now).await?;
    let queued = jobs::waiting(&mut query.tx, now, MAX_QUEUED).await?;
    Ok(JobsView {
        jobs,
        queued: queued.into_iter().map(queued_view).collect(),
    })
}

/// The installation's jobs, for whoever may read them.
pub(crate) async fn of_installation(tx: &mut Tx, now: Timestamp) -> Result<Vec<JobView>, Failure> {
    let runs = job_runs::all(tx, now).await?;
    Ok(runs.into_iter().map(view).collect())
}

fn view(run: job_runs::JobRun) -> JobView {
    JobView {
        name: run.name,
        running: run.running,
        next_due: run.next_due,
        last_end: run.last_end,
        last_done: run.last_done,
        failures: run.failures,
        error: run.error,
    }
}

fn queued_view(row: jobs::Waiting) -> QueuedJobView {
    QueuedJobView {
        job: row.id,
        name: row.kind,
        run_at: row.run_at,
        attempts: row.attempts,
        running: row.running,
        failed_at: row.failed_at,
        repeatable: row.repeatable,
        error: row.error,
    }
}
