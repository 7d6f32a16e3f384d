//! Reminders of planned calls: any node takes what is due, each once.

use crate::{app::App, usecase::follow_up::appointments};
use std::time::Duration;
use tokio::sync::watch;

/// How often what is due is looked for.
const POLL: Duration = Duration::from_secs(2);

/// Reminds until the node stops.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match appointments::remind(&app).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(failure) => {
                tracing::warn!(error = %failure, "nobody is reminded of planned calls now");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}
