//! What helps a page to meet another, for a check before the call.

use crate::{actor::Actor, auth, failure::Failure, live::Env};
use orderline_domain::people::roles::{Action, Relation};
use orderline_protocol::http::IceHelp;

/// What helps the actor's page to meet another, for a check before the call. For those who take part in calls.
pub fn help(env: &Env, actor: &Actor) -> Result<IceHelp, Failure> {
    auth::authorise(actor, Action::JoinCall, Relation::Own)?;
    Ok(IceHelp {
        ice_servers: env.turn.servers(actor.user, env.clock.now()),
        relay_only: env.turn.only(),
    })
}
