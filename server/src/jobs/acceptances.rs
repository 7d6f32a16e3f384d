//! Ends orders that no buyer accepted in time. Every node sweeps; the order's row lets one of them end it.

use crate::{
    app::App,
    usecase::{again, order::acceptance},
};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_secs(30);

/// Sweeps until the node stops.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        match again(|| acceptance::lapse_overdue(&app)).await {
            Ok(0) => {}
            Ok(orders) => tracing::info!(orders, "orders lapsed that nobody accepted in time"),
            Err(failure) => {
                tracing::warn!(error = %failure, "orders that nobody accepted in time are not ended");
            }
        }
    }
}
