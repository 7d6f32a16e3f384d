//! Rows of work that some transaction made necessary.

use crate::{failure::Failure, store::jobs, usecase::JobCx};
use jiff::SignedDuration;
use orderline_domain::job::{Taken, later};
use std::time::Duration;

/// Takes the most pressing row of a kind.
pub async fn take(
    cx: &mut JobCx<'_>,
    kind: &str,
    lease: SignedDuration,
) -> Result<Option<Taken>, Failure> {
    let now = cx.now;
    let job = jobs::take(&mut cx.tx, kind, cx.env.node, now, now + lease).await?;
    Ok(job)
}

/// It is tried again after a pause.
pub async fn postpone(
    cx: &mut JobCx<'_>,
    job: &Taken,
    pause: Duration,
    why: &str,
) -> Result<(), Failure> {
    let at = later(cx.now, pause);
    jobs::postpone(&mut cx.tx, job.id, at, why).await?;
    Ok(())
}

/// Others leave a row alone for longer.
pub async fn renew(cx: &mut JobCx<'_>, job: &Taken, lease: SignedDuration) -> Result<(), Failure> {
    let until = cx.now + lease;
    jobs::renew(&mut cx.tx, job.id, cx.env.node, until).await?;
    Ok(())
}

/// Lets go of what this process had taken of a kind.
pub async fn release(cx: &mut JobCx<'_>, kind: &str) -> Result<(), Failure> {
    jobs::release_kind(&mut cx.tx, kind, cx.env.node).await?;
    Ok(())
}
