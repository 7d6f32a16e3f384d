//! What is done and what is still missing up to the first call.

use crate::{
    actor::Steward,
    auth,
    config::Config,
    failure::Failure,
    store::platform_steps,
    usecase::{JobCx, Query, Reach, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    checkup::{MediaFacts, PlatformFacts, Verdict},
    people::roles::{Action, Relation},
};
use orderline_protocol::{
    problem::Code,
    system::{PlatformSteps, ShopSteps, StepView},
};

/// The platform's steps.
pub async fn of_platform(run: &Runner, steward: &Steward) -> Result<PlatformSteps, Failure> {
    auth::authorise_steward(steward, Action::ReadSteps)?;
    let facts = run.job(Reach::Everyone, |cx| counted(cx).boxed()).await?;
    let steps = facts.steps().map(|(step, done)| StepView { step, done });
    Ok(PlatformSteps {
        steps: steps.to_vec(),
    })
}

async fn counted(cx: &mut JobCx<'_>) -> Result<PlatformFacts, Failure> {
    let config = &cx.env.config;
    let facts = platform_steps::of_platform(&mut cx.tx).await?;
    Ok(PlatformFacts {
        // The demo's mail reaches the mailboxes that it shows.
        mail: config.mail.smtp.is_some() || config.demo,
        media: is_reached(config),
        ..facts
    })
}

/// Whether those who are to reach the relay can: people elsewhere, or those at this machine alone.
fn is_reached(config: &Config) -> bool {
    let facts = MediaFacts {
        bound_to: config.media.udp,
        announced: config.media.announce.clone(),
        ours: true,
        public: config.http.is_public(),
    };
    facts.judge().verdict == Verdict::Ok
}

/// One vendor's steps.
pub async fn of_shop(query: &mut Query<'_>) -> Result<ShopSteps, Failure> {
    // A session that a link opened sees one thread.
    if query.actor.only_thread.is_some() {
        return Err(Code::NotFound.into());
    }
    auth::authorise(query.actor, Action::ReadSteps, Relation::Own)?;
    let facts = platform_steps::of_shop(&mut query.tx).await?;
    let steps = facts.steps().map(|(step, done)| StepView { step, done });
    Ok(ShopSteps {
        steps: steps.to_vec(),
    })
}
