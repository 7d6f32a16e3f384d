//! The loop.

use super::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    spans,
    supervisor::panic_words,
    usecase::{
        Reach, Runner,
        jobs::runs::{self, Claim, Run},
    },
};
use futures::{FutureExt as _, future::join_all};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::job::Schedule;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until},
};
use tracing::Instrument as _;

/// Steps of one run; then the run is noted, and another one begins.
const MAX_STEPS: u32 = 1_000;
/// A job that looks for work all the time notes a run like the last one only this often.
const NOTE_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// How often the clock is compared with the time at which a job is due.
const TICK: Duration = Duration::from_secs(1);
/// How often that time itself is read again: another node may have run the job, or somebody asked for it.
const READ_EVERY: Duration = Duration::from_secs(30);

/// Does a job's work until the node stops.
pub(crate) async fn run<J: Job>(job: Arc<J>, runner: Runner, stop: watch::Receiver<bool>) {
    if let Err(failure) = job.begin(&runner).await {
        tracing::warn!(job = J::NAME, error = %failure, "a job begins without what an earlier run left");
    }
    let wake = runner.env.wakes.of(J::NAME);
    let lanes = (0..job.width().max(1)).map(|_| {
        let lane = Lane {
            job: &*job,
            runner: &runner,
            wake: &wake,
            stop: stop.clone(),
            failures: 0,
            noted: None,
        };
        lane.run()
    });
    join_all(lanes).await;
}

/// One of a job's loops on this node.
struct Lane<'a, J> {
    job: &'a J,
    runner: &'a Runner,
    wake: &'a Notify,
    stop: watch::Receiver<bool>,
    /// Failed runs in a row.
    failures: u32,
    /// When a run was noted last, and whether it had failed.
    noted: Option<(Timestamp, bool)>,
}

/// How long a lane waits.
enum Wait {
    /// There is more to do.
    None,
    For(Duration),
    /// By the app's clock, which tests move.
    Until(Timestamp),
}

impl<J: Job> Lane<'_, J> {
    async fn run(mut self) {
        while !*self.stop.borrow() {
            let wait = match J::NODES {
                Nodes::Every => self.by_itself().await,
                Nodes::One => self.under_lease().await,
            };
            self.wait(wait).await;
        }
    }

    async fn wait(&mut self, wait: Wait) {
        let until = match wait {
            Wait::None => return,
            Wait::For(pause) => {
                return tokio::select! {
                    () = sleep(pause) => {}
                    () = self.wake.notified() => {}
                    _ = self.stop.wait_for(|stop| *stop) => {}
                };
            }
            Wait::Until(due) => due,
        };
        let read_again = Instant::now() + READ_EVERY;
        while self.runner.env.clock.now() < until {
            let left = until.duration_since(self.runner.env.clock.now());
            let left = Duration::try_from(left).unwrap_or_default();
            tokio::select! {
                () = sleep(left.min(TICK)) => {}
                () = self.wake.notified() => return,
                () = sleep_until(read_again) => return,
                _ = self.stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// A run of what this node does by itself.
    async fn by_itself(&mut self) -> Wait {
        let start = self.runner.env.clock.now();
        let (steps, ran) = self.steps().await;
        let failed = ran.is_err();
        let wait = match &ran {
            Ok(Next::Again) => Wait::None,
            Ok(Next::Rest) => Wait::For(pause(J::SCHEDULE)),
            Err(_) => Wait::For(J::BACKOFF.wait(self.failures + 1, rand::random())),
        };
        self.failures = if failed {
            self.failures.saturating_add(1)
        } else {
            0
        };
        let old = self.noted.is_none_or(|(at, was)| {
            was != failed || (steps > 0 || failed) && start.duration_since(at) >= NOTE_EVERY
        });
        let error = ran.as_ref().err().map(|failure| self.told(failure));
        if old {
            let run = Run {
                start,
                failures: self.failures,
                error,
                next_due: None,
            };
            if self.note(&run).await {
                self.noted = Some((start, failed));
            }
        }
        wait
    }

    /// A run of what only one node may do at a time.
    async fn under_lease(&mut self) -> Wait {
        let failures = match self.claim().await {
            Ok(Claim::Taken { failures }) => failures,
            Ok(Claim::NotDue { until }) => return Wait::Until(until),
            Err(failure) => {
                self.failures = self.failures.saturating_add(1);
                tracing::warn!(job = J::NAME, error = %failure, "a job cannot be taken now");
                return Wait::For(J::BACKOFF.wait(self.failures, rand::random()));
            }
        };
        let start = self.runner.env.clock.now();
        let (_, ran) = self.steps().await;
        let end = self.runner.env.clock.now();
        self.failures = if ran.is_err() {
            failures.saturating_add(1)
        } else {
            0
        };
        let next_due = match &ran {
            Ok(Next::Again) => end,
            Ok(Next::Rest) => J::SCHEDULE.next_after(end),
            Err(_) => {
                let pause = J::BACKOFF.wait(self.failures, rand::random());
                orderline_domain::job::later(end, pause)
            }
        };
        let error = ran.as_ref().err().map(|failure| self.told(failure));
        let run = Run {
            start,
            failures: self.failures,
            error,
            next_due: Some(next_due),
        };
        self.note(&run).await;
        Wait::Until(next_due)
    }

    /// Steps until there is nothing more, one fails, or there were many. Answers how many found something to do.
    async fn steps(&self) -> (u32, Result<Next, Failure>) {
        let id = self.runner.env.entropy.uuid(self.runner.env.clock.now());
        self.stepping().instrument(spans::run(id, J::NAME)).await
    }

    async fn stepping(&self) -> (u32, Result<Next, Failure>) {
        for step in 0..MAX_STEPS {
            if *self.stop.borrow() {
                return (step, Ok(Next::Rest));
            }
            let done = AssertUnwindSafe(self.job.step(self.runner))
                .catch_unwind()
                .await;
            let done = done.unwrap_or_else(|panic| {
                metrics::counter!("orderline_work_panicked_total", "work" => J::NAME).increment(1);
                let words = panic_words(panic.as_ref());
                Err(Failure::Internal(format!("a step panicked: {words}")))
            });
            match done {
                Ok(Next::Again) if J::NODES == Nodes::One => {
                    if let Err(failure) = self.claim().await {
                        return (step, Err(failure));
                    }
                }
                Ok(Next::Again) => {}
                rest => return (step, rest),
            }
        }
        (MAX_STEPS, Ok(Next::Again))
    }

    /// A failure in words that an admin may read; it is logged here, once.
    fn told(&self, failure: &Failure) -> String {
        tracing::warn!(job = J::NAME, failures = self.failures, error = %failure, "a job failed and is tried again");
        failure.words()
    }

    async fn claim(&self) -> Result<Claim, Failure> {
        let claim = self
            .runner
            .job(Reach::Everyone, |cx| runs::claim(cx, J::NAME).boxed());
        claim.await
    }

    async fn note(&self, run: &Run) -> bool {
        let outcome = if run.failures == 0 { "done" } else { "failed" };
        metrics::counter!("orderline_job_runs_total", "job" => J::NAME, "outcome" => outcome)
            .increment(1);
        let noting = self
            .runner
            .job(Reach::Everyone, |cx| runs::note(cx, J::NAME, run).boxed());
        match noting.await {
            Ok(()) => true,
            Err(failure) => {
                tracing::warn!(job = J::NAME, error = %failure, "what came of a job is not noted");
                false
            }
        }
    }
}

fn pause(schedule: Schedule) -> Duration {
    match schedule {
        Schedule::Every(pause) => pause,
        // What is due once a day belongs to one node; a node that does it by itself looks now and then.
        Schedule::DailyAt { .. } => READ_EVERY,
    }
}
