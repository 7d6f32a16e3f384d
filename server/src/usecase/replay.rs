//! What a repeated command is answered.

use super::Runner;
use crate::{actor::Actor, failure::Failure, store::commands::Remembered, usecase::thread::people};
use orderline_domain::{digest::Digest, people::roles::Action};
use orderline_protocol::{problem::Code, socket::CommandResult};

/// The reply to a command that was carried out before. It may be that nobody heard of what it did, because the
/// connection was lost while it was committed: whoever reads the thread looks again.
pub async fn known_result(
    run: &Runner,
    actor: &Actor,
    known: &Remembered,
    body_hash: Digest,
) -> Result<CommandResult, Failure> {
    if known.body_hash != body_hash {
        return Err(Code::CommandReused.into());
    }
    let result: CommandResult = serde_json::from_str(&known.result)
        .map_err(|error| Failure::Internal(format!("a stored result: {error}")))?;
    let thread = match &result {
        CommandResult::Done { thread, .. } => Some(*thread),
        CommandResult::Call { call } => Some(call.thread),
        CommandResult::Order { order } => Some(order.thread),
        CommandResult::Offer { .. }
        | CommandResult::Policy { .. }
        | CommandResult::Saved { .. }
        | CommandResult::Failed { .. } => None,
    };
    if let Some(thread) = thread {
        let people = people::of_thread(run, actor, Action::ReadThread, thread).await?;
        run.env.hub.nudge(actor.vendor, thread, &people);
    }
    Ok(result)
}
