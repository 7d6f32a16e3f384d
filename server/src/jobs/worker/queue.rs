//! Jobs over the queue in the table `jobs`: one row at a time, taken with SKIP LOCKED by any node. A row that fails is
//! tried again after growing pauses and then given up; it stays to be seen, and nothing waits behind it.

use super::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    supervisor::panic_words,
    usecase::{Reach, Runner, jobs::queue},
};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    backoff::Backoff,
    job::{Schedule, Taken},
};
use std::{panic::AssertUnwindSafe, thread, time::Duration};
use tokio::time::sleep;

/// The waits after the queue itself could not be read.
const LOOK_AGAIN: Backoff = Backoff::endless(Duration::from_millis(500), Duration::from_secs(5));

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Worked {
    /// The work ended the row in its own transaction.
    Done,
    /// It may succeed later.
    Later(String),
    /// It may succeed later, after exactly this pause, and that is no failed attempt of the row's own.
    After(Duration, String),
    /// It never will.
    Never(String),
}

/// The work on rows of one kind.
pub(crate) trait Work: Send + Sync + 'static {
    const KIND: &'static str;
    /// How often a node looks for rows.
    const LOOK: Duration;
    /// How long other nodes leave a taken row alone.
    const LEASE: SignedDuration;
    /// Between attempts, and after how many a row is given up.
    const BACKOFF: Backoff;

    /// How many rows are worked on side by side.
    fn width(&self) -> usize {
        1
    }

    /// Does a row's work. It may have been done before, by a process that died then.
    fn work(
        &self,
        run: &Runner,
        job: &Taken,
    ) -> impl Future<Output = Result<Worked, Failure>> + Send;

    /// Nobody tries any more; says so where it is looked for, and marks the row.
    fn give_up(
        &self,
        run: &Runner,
        job: &Taken,
        why: &str,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The job that works a kind's rows off.
pub(crate) struct Queue<W>(pub W);

impl<W: Work> Job for Queue<W> {
    const NAME: &'static str = W::KIND;
    const SCHEDULE: Schedule = Schedule::Every(W::LOOK);
    const NODES: Nodes = Nodes::Every;
    const BACKOFF: Backoff = LOOK_AGAIN;

    fn width(&self) -> usize {
        self.0.width()
    }

    /// Whatever this process had taken, nobody works on now.
    async fn begin(&self, run: &Runner) -> Result<(), Failure> {
        run.job(Reach::Everyone, |cx| queue::release(cx, W::KIND).boxed())
            .await
    }

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        let taken = run.job(Reach::Everyone, |cx| {
            queue::take(cx, W::KIND, W::LEASE).boxed()
        });
        let Some(job) = taken.await? else {
            return Ok(Next::Rest);
        };
        let worked = match self.held(run, &job).await {
            Ok(Ok(worked)) => worked,
            Ok(Err(failure)) => Worked::Later(failure.words()),
            Err(panic) => {
                let words = panic_words(panic.as_ref());
                metrics::counter!("orderline_work_panicked_total", "work" => W::KIND).increment(1);
                tracing::error!(job = W::KIND, job.id = %job.id, %words, "the work on a job panicked");
                Worked::Later("the work panicked; see the log".to_owned())
            }
        };
        self.settle(run, &job, worked).await?;
        Ok(Next::Again)
    }
}

impl<W: Work> Queue<W> {
    /// Does the work, and renews the row's lease meanwhile.
    async fn held(&self, run: &Runner, job: &Taken) -> thread::Result<Result<Worked, Failure>> {
        let work = AssertUnwindSafe(self.0.work(run, job)).catch_unwind();
        tokio::pin!(work);
        loop {
            tokio::select! {
                worked = &mut work => return worked,
                () = sleep(renewal::<W>()) => {}
            }
            let renewal = run.job(Reach::Everyone, |cx| {
                queue::renew(cx, job, W::LEASE).boxed()
            });
            if let Err(failure) = renewal.await {
                tracing::warn!(job = W::KIND, job.id = %job.id, error = %failure, "a job's lease is not renewed");
            }
        }
    }

    async fn settle(&self, run: &Runner, job: &Taken, worked: Worked) -> Result<(), Failure> {
        let attempts = u32::try_from(job.attempts).unwrap_or(0);
        let (pause, why) = match worked {
            Worked::Done => return Ok(()),
            Worked::After(pause, why) => (Some(pause), why),
            Worked::Later(why) => (W::BACKOFF.next(attempts, rand::random()), why),
            Worked::Never(why) => (None, why),
        };
        if let Some(pause) = pause {
            tracing::warn!(job = W::KIND, job.subject = %job.subject, attempts, ?pause, %why, "a job is tried again");
            let postponed = run.job(Reach::Everyone, |cx| {
                queue::postpone(cx, job, pause, &why).boxed()
            });
            return postponed.await;
        }
        metrics::counter!("orderline_jobs_given_up_total", "job" => W::KIND).increment(1);
        tracing::error!(job = W::KIND, job.subject = %job.subject, attempts, %why, "a job was given up");
        self.0.give_up(run, job, &why).await
    }
}

/// A lease outlives two missed renewals.
fn renewal<W: Work>() -> Duration {
    Duration::try_from(W::LEASE).unwrap_or_default() / 3
}
