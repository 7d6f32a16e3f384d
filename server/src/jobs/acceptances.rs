//! Ends orders that no buyer accepted in time. Every node sweeps; the order's row lets one of them end it.

use crate::{
    failure::Failure,
    usecase::{Reach, Runner, order::acceptance},
};
use futures::FutureExt as _;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_secs(30);

/// Sweeps until the node stops.
pub async fn run(run: Runner, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        match sweep(&run).await {
            Ok(0) => {}
            Ok(orders) => tracing::info!(orders, "orders lapsed that nobody accepted in time"),
            Err(failure) => {
                tracing::warn!(error = %failure, "orders that nobody accepted in time are not ended");
            }
        }
    }
}

/// Ends what is overdue; answers how many orders it ended.
pub async fn sweep(run: &Runner) -> Result<usize, Failure> {
    let overdue = run.job(Reach::Everyone, |cx| acceptance::overdue(cx).boxed());
    let mut ended = 0;
    for (vendor, order) in overdue.await? {
        let lapsed = run.job(vendor, |cx| acceptance::lapse(cx, order).boxed());
        ended += usize::from(lapsed.await?);
    }
    Ok(ended)
}
