//! When each job ran, and who may run it now.

use crate::{
    failure::Failure,
    store::job_runs::{self, Ran},
    usecase::JobCx,
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::job::Schedule;

/// How long a job is left alone that a node has taken; each step renews it.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// When a job is looked at again whose row is missing.
const MISSING: SignedDuration = SignedDuration::from_secs(30);

/// Whether this node may run a job now.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
    Taken {
        /// Failed runs in a row before this one.
        failures: u32,
    },
    NotDue {
        /// Look again then.
        until: Timestamp,
    },
}

/// A run that is over.
#[derive(Debug)]
pub struct Run {
    pub start: Timestamp,
    /// Failed runs in a row, this one included; 0 for a good one.
    pub failures: u32,
    pub error: Option<String>,
    pub next_due: Option<Timestamp>,
}

/// A job that the program has.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub name: &'static str,
    pub schedule: Schedule,
    /// One node at a time runs it.
    pub leased: bool,
}

/// Makes the program's jobs known; those of an older program are forgotten.
pub async fn announce(cx: &mut JobCx<'_>, known: &[Known]) -> Result<(), Failure> {
    let now = cx.now;
    for job in known {
        let first = match job.schedule {
            Schedule::Every(_) => now,
            daily @ Schedule::DailyAt { .. } => daily.next_after(now),
        };
        let words = job.schedule.to_string();
        job_runs::announce(&mut cx.tx, job.name, &words, job.leased.then_some(first)).await?;
    }
    let names: Vec<String> = known.iter().map(|it| it.name.to_owned()).collect();
    job_runs::forget_others(&mut cx.tx, &names).await?;
    Ok(())
}

/// Takes a job that is due, or keeps it.
pub async fn claim(cx: &mut JobCx<'_>, name: &str) -> Result<Claim, Failure> {
    let now = cx.now;
    let claim = match job_runs::claim(&mut cx.tx, name, cx.env.node, now, now + LEASE).await? {
        Some(failures) => Claim::Taken { failures },
        None => Claim::NotDue {
            until: job_runs::due(&mut cx.tx, name)
                .await?
                .unwrap_or(now + MISSING),
        },
    };
    Ok(claim)
}

/// Notes a run that is over, and lets go of the job.
pub async fn note(cx: &mut JobCx<'_>, name: &str, run: &Run) -> Result<(), Failure> {
    let ran = Ran {
        start: run.start,
        end: cx.now,
        failures: run.failures,
        error: run.error.as_deref(),
        next_due: run.next_due,
    };
    job_runs::settle(&mut cx.tx, name, ran).await?;
    Ok(())
}
