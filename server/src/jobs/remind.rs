//! Reminders of planned calls: any node takes what is due, each once.

use crate::{
    failure::Failure,
    usecase::{Reach, Runner, follow_up::appointments},
};
use futures::FutureExt as _;
use std::time::Duration;
use tokio::sync::watch;

/// How often what is due is looked for.
const POLL: Duration = Duration::from_secs(2);

/// Reminds until the node stops.
pub async fn run(run: Runner, mut stop: watch::Receiver<bool>) {
    loop {
        match remind(&run).await {
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

/// Reminds of what is due; answers of how many calls.
pub async fn remind(run: &Runner) -> Result<usize, Failure> {
    run.job(Reach::Everyone, |cx| appointments::remind(cx).boxed())
        .await
}
