//! Trying the line to the relay before a call.

use crate::{actor::Actor, auth, failure::Failure, live::Env};
use orderline_domain::people::roles::{Action, Relation};
use orderline_protocol::{MAX_CALL_FRAME_BYTES, problem::Code};

/// Answers the page's offer with the relay's; for people who take part in calls.
pub async fn check(env: &Env, actor: &Actor, offer: String) -> Result<String, Failure> {
    // Whoever may join a call of their own may see whether one would work.
    auth::authorise(actor, Action::JoinCall, Relation::Own)?;
    if offer.len() > MAX_CALL_FRAME_BYTES {
        return Err(Code::Malformed.into());
    }
    Ok(env.calls.try_line(actor.user, offer).await?)
}
