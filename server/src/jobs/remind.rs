//! Reminders of planned calls: any node takes what is due, each once.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Reach, Runner, follow_up::appointments},
};
use futures::FutureExt as _;
use orderline_domain::job::Schedule;
use std::time::Duration;

/// See the module.
pub struct Reminders;

impl Job for Reminders {
    const NAME: &'static str = "remind";
    const SCHEDULE: Schedule = Schedule::Every(Duration::from_secs(2));
    const NODES: Nodes = Nodes::Every;

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        Ok(match remind(run).await? {
            0 => Next::Rest,
            _ => Next::Again,
        })
    }
}

/// Reminds of what is due; answers of how many calls.
pub async fn remind(run: &Runner) -> Result<usize, Failure> {
    run.job(Reach::Everyone, |cx| appointments::remind(cx).boxed())
        .await
}
