//! Ends what lives by sessions that are over, whether or not anybody told of their end.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Runner, people::session},
};
use orderline_domain::{backoff::Backoff, job::Schedule};
use std::time::Duration;

/// See the module.
pub(super) struct Sessions;

impl Job for Sessions {
    const NAME: &'static str = "sessions";
    const SCHEDULE: Schedule = Schedule::Every(Duration::from_secs(5));
    const NODES: Nodes = Nodes::Every;
    const BACKOFF: Backoff = Backoff::endless(Duration::from_secs(1), Duration::from_secs(10));

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        let ended = session::end_what_is_over(run).await?;
        if ended > 0 {
            tracing::info!(ended, "sessions were over; what lived by them has ended");
        }
        Ok(Next::Rest)
    }
}
