//! Word that this node lives, in one statement for all of its calls; and an end for the calls of nodes that do
//! not.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Reach, Runner, call::leases},
};
use futures::FutureExt as _;
use orderline_domain::{backoff::Backoff, job::Schedule};
use std::time::Duration;

/// See the module. A lease outlives two missed renewals, so a failure is followed by the next attempt soon.
pub(super) struct Leases;

impl Job for Leases {
    const NAME: &'static str = "lease";
    const SCHEDULE: Schedule = Schedule::Every(Duration::from_secs(2));
    const NODES: Nodes = Nodes::Every;
    const BACKOFF: Backoff = Backoff::endless(Duration::from_millis(500), Duration::from_secs(2));

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        let renewed = run.job(Reach::Everyone, |cx| leases::renew(cx).boxed());
        run.env.calls.owned(renewed.await?).await;
        let abandoned = run.job(Reach::Everyone, |cx| leases::abandoned(cx).boxed());
        let mut failed = None;
        for call in abandoned.await? {
            let closed = run.job(call.vendor, |cx| leases::close_abandoned(cx, &call).boxed());
            // One call's trouble stays its own.
            if let Err(failure) = closed.await {
                tracing::warn!(call.id = %call.call, error = %failure, "an abandoned call is not closed");
                failed = Some(failure);
            }
        }
        failed.map_or(Ok(Next::Rest), Err)
    }
}
