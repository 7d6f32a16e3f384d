//! Writes what was refused for want of rights on this node.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Runner, people::refusals},
};
use orderline_domain::job::Schedule;
use std::time::Duration;

/// See the module.
pub(super) struct Refusals;

impl Job for Refusals {
    const NAME: &'static str = "refusals";
    const SCHEDULE: Schedule = Schedule::Every(Duration::from_secs(5));
    const NODES: Nodes = Nodes::Every;

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        refusals::write(run).await?;
        Ok(Next::Rest)
    }
}
