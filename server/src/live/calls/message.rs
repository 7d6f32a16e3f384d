//! What passes between the sockets, the desk and the calls' tasks. None of it has a `Debug`: an SDP or a ticket
//! must not reach a log by accident.

use orderline_domain::{
    call::Call,
    ids::{LegId, UserId},
};
use orderline_media::MediaEvent;
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame, MediaState},
    problem::{Code, Problem},
};
use tokio::sync::{mpsc, oneshot};

/// What reaches a call's task.
pub enum Message {
    Changed(Box<Call>),
    Join(Join),
    Frame {
        leg: LegId,
        frame: CallClientFrame,
    },
    SocketGone {
        leg: LegId,
    },
    /// The session that the leg came by is over.
    SessionOver {
        leg: LegId,
    },
    /// A page of this person has begun.
    Here(UserId),
    Media(MediaEvent),
    /// What was said so far is to be stored now.
    Cut,
    /// The row's version as the lease's renewal saw it; `None`: not live, or not this node's any more.
    Version(Option<i64>),
    /// The process stops; the call goes on in the next one.
    Stop,
}

/// A participant who wants in.
pub struct Join {
    pub user: UserId,
    /// For a leg to the relay.
    pub sdp: Option<String>,
    pub media: MediaState,
    /// What the participant's socket sends.
    pub frames: mpsc::Sender<CallServerFrame>,
    pub reply: oneshot::Sender<Result<Joined, Problem>>,
}

/// The way back from a socket to its call.
pub struct Joined {
    pub leg: LegId,
    pub call: mpsc::Sender<Message>,
}

impl Join {
    /// Says no.
    pub fn refuse(self, problem: Problem) {
        // A socket that has gone needs no answer.
        let _ = self.reply.send(Err(problem));
    }
}

/// A page that tries.
pub struct Trial {
    pub user: UserId,
    pub sdp: String,
    pub reply: oneshot::Sender<Result<String, Problem>>,
}

impl Trial {
    /// Says no.
    pub fn refuse(self, code: Code) {
        // A page that has gone needs no answer.
        let _ = self.reply.send(Err(code.into()));
    }
}
