//! What a session of the workspace socket asks to be done.

use crate::live::hub::Text;
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    offer::Draft,
};
use orderline_protocol::socket::{Command, Cursor, ReadMark, ServerFrame};
use std::sync::Arc;

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Effect {
    Send(Text),
    Frame(Box<ServerFrame>),
    /// Find the calls that are live for this person.
    Welcome,
    /// Receive what is told of this thread from now on: the person may read it, as a load has found.
    Follow(ThreadId),
    /// Receive nothing more of it, but as one of its people.
    Unfollow(ThreadId),
    /// Find what came after these cursors.
    Load(Vec<Cursor>),
    Execute(CommandId, Box<Command>),
    Acknowledge(Vec<ReadMark>),
    Typing(ThreadId),
    Draft {
        thread: ThreadId,
        draft: Box<Draft>,
        take_over: bool,
    },
    /// This person is now seen in this thread.
    Present(ThreadId, Arc<[UserId]>),
    /// Nothing follows.
    Close,
}

/// A frame to be sent.
pub(super) fn frame(frame: ServerFrame) -> Effect {
    Effect::Frame(Box::new(frame))
}
