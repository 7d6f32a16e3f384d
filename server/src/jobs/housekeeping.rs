//! Ends what nobody needs any more, at night.

use super::worker::{Job, Next, Nodes};
use crate::{
    failure::Failure,
    usecase::{Reach, Runner, jobs::housekeeping},
};
use futures::FutureExt as _;
use orderline_domain::job::Schedule;

/// See the module.
pub(super) struct Housekeeping;

impl Job for Housekeeping {
    const NAME: &'static str = "housekeeping";
    const SCHEDULE: Schedule = Schedule::DailyAt {
        hour: 3,
        minute: 10,
    };
    const NODES: Nodes = Nodes::One;

    async fn step(&self, run: &Runner) -> Result<Next, Failure> {
        let portion = run.job(Reach::Everyone, |cx| housekeeping::portion(cx).boxed());
        let ended = portion.await?;
        tracing::info!(?ended, "what nobody needs any more was ended");
        Ok(if ended.is_full() {
            Next::Again
        } else {
            Next::Rest
        })
    }
}
