//! Word that this node lives, in one statement for all of its calls; and an end for the calls of nodes that do
//! not.

use crate::{
    failure::Failure,
    usecase::{Reach, Runner, call::leases},
};
use futures::FutureExt as _;
use std::time::Duration;
use tokio::sync::watch;

/// How often the leases are renewed. A lease outlives two missed renewals.
const INTERVAL: Duration = Duration::from_secs(2);

/// Renews until the node stops.
pub async fn run(run: Runner, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        if let Err(failure) = renew(&run).await {
            tracing::warn!(error = %failure, "the leases of this node's calls are not renewed");
        }
    }
}

async fn renew(run: &Runner) -> Result<(), Failure> {
    let renewed = run.job(Reach::Everyone, |cx| leases::renew(cx).boxed());
    run.env.calls.owned(renewed.await?).await;
    let abandoned = run.job(Reach::Everyone, |cx| leases::abandoned(cx).boxed());
    for call in abandoned.await? {
        run.job(call.vendor, |cx| leases::close_abandoned(cx, &call).boxed())
            .await?;
    }
    Ok(())
}
