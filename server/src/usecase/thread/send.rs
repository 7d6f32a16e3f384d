//! A chat message: asked whether it may be written, then queued with what else this node writes (ADR 5).

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    live::appends::{NewMessage, Reply},
    store::commands::COMMAND_ONCE,
    usecase::{
        Runner, contact_gate,
        replay::known_result,
        thread::{answered, people},
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    ids::{CommandId, ThreadId},
    people::roles::Action,
    text::MessageText,
    thread::{EventBody, contact},
};
use orderline_protocol::{problem::Code, socket::CommandResult};

/// Writes a message into a thread and tells its people (X11: acknowledged only once it is durable). `None`: nobody
/// knows whether it was written, or its own twin came first; tried again, the store knows.
pub async fn send_message(
    run: &Runner,
    actor: &Actor,
    command: CommandId,
    thread: ThreadId,
    text: &str,
    body_hash: Digest,
) -> Result<Option<CommandResult>, Failure> {
    let text = MessageText::new(text).map_err(|bad| bad.at("text"))?;
    let people = people::of_thread(run, actor, Action::SendMessage, thread).await?;
    if !contact::kinds(text.as_str()).is_empty() {
        let checked = run.query(actor, |query| {
            contact_gate::check(&mut query.tx, "text", text.as_str()).boxed()
        });
        checked.await?;
    }
    let message = NewMessage {
        vendor: actor.vendor,
        thread,
        user: actor.user,
        author: actor.author(),
        command,
        body_hash,
        body: EventBody::MessageSent { text },
    };
    let Ok(reply) = run.env.appends.append(message).await else {
        return Ok(None);
    };
    match reply {
        Reply::Done { seq } => {
            answered::tell(run, actor, thread, &people).await;
            Ok(Some(CommandResult::Done { thread, seq }))
        }
        Reply::Known(remembered) => {
            let result = known_result(run, actor, &remembered, body_hash).await?;
            // Perhaps the server ended after it was written and before anybody was told.
            answered::tell(run, actor, thread, &people).await;
            Ok(Some(result))
        }
        Reply::Closed => Err(Code::ThreadClosed.into()),
        Reply::Shut(shut) => Err(auth::refused_by(shut).into()),
        Reply::Missing => Err(Code::NotFound.into()),
        Reply::NotNow => Err(Code::Unavailable.into()),
        Reply::Failed(error) if error.is_constraint(COMMAND_ONCE) => Ok(None),
        Reply::Failed(error) => Err(error.into()),
    }
}
