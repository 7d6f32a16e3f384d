//! A chat message.

use super::{Cx, Failure, Outcome};
use crate::{
    auth,
    store::events::{NewEvent, append_event},
};
use orderline_domain::{
    ids::ThreadId,
    roles::Action,
    thread::{BadText, EventBody, MessageText},
};
use orderline_protocol::problem::{FieldProblem, Problem};
use std::collections::BTreeMap;

/// Writes a message into a thread (X11: acknowledged only once it is durable).
pub async fn send_message(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    text: &str,
) -> Result<Outcome, Failure> {
    let text = MessageText::new(text).map_err(|bad| complaint("text", bad))?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SendMessage, thread).await?;
    let body = EventBody::MessageSent { text };
    let new = NewEvent {
        thread,
        author: cx.actor.author(),
        command: Some(cx.command),
        at: cx.now,
        salt: cx.app.entropy.bytes32(),
        body: &body,
    };
    Ok(Outcome::done(append_event(&mut cx.tx, new).await?))
}

/// What is wrong with a text in this field.
pub(super) fn complaint(field: &str, bad: BadText) -> Problem {
    let (code, params) = match bad {
        BadText::Empty => ("required", BTreeMap::new()),
        BadText::TooLong { max } => (
            "too_long",
            BTreeMap::from([("max".to_owned(), max.to_string())]),
        ),
        BadText::ControlCharacter => ("invalid", BTreeMap::new()),
    };
    Problem::invalid(vec![FieldProblem {
        field: field.to_owned(),
        code: code.to_owned(),
        params,
    }])
}
