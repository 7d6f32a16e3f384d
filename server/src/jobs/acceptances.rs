//! Ends orders that no buyer accepted in time.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Reach, Runner, order::acceptance},
};
use futures::FutureExt as _;
use orderline_domain::job::Schedule;
use std::time::Duration;

/// See the module.
pub struct Acceptances;

impl Job for Acceptances {
    const NAME: &'static str = "acceptances";
    const SCHEDULE: Schedule = Schedule::Every(Duration::from_secs(30));
    const NODES: Nodes = Nodes::One;

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        let orders = sweep(run).await?;
        if orders > 0 {
            tracing::info!(orders, "orders lapsed that nobody accepted in time");
        }
        Ok(Next::Rest)
    }
}

/// Ends what is overdue; answers how many orders it ended. One order's trouble stays its own.
pub async fn sweep(run: &Runner) -> Result<usize, Failure> {
    let overdue = run.job(Reach::Everyone, |cx| acceptance::overdue(cx).boxed());
    let (mut ended, mut failed) = (0, None);
    for (vendor, order) in overdue.await? {
        let lapsed = run.job(vendor, |cx| acceptance::lapse(cx, order).boxed());
        match lapsed.await {
            Ok(lapsed) => ended += usize::from(lapsed),
            Err(failure) => {
                tracing::warn!(order.id = %order, error = %failure, "an overdue order is not ended");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(ended), Err)
}
