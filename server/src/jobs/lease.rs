//! Word that this node lives, in one statement for all of its calls; and an end for the calls of nodes that do
//! not.

use crate::{
    app::App,
    usecase::{Failure, call::leases},
};
use std::time::Duration;
use tokio::sync::watch;

/// How often the leases are renewed. A lease outlives two missed renewals.
const INTERVAL: Duration = Duration::from_secs(2);

/// Renews until the node stops.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        if let Err(failure) = renew(&app).await {
            tracing::warn!(error = %failure, "the leases of this node's calls are not renewed");
        }
    }
}

async fn renew(app: &App) -> Result<(), Failure> {
    let owned = leases::renew(app).await?;
    app.calls.owned(owned).await;
    leases::close_abandoned(app).await
}
