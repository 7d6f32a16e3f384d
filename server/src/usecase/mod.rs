//! One function per wish. Authorise, load, apply the rule, save, append the event; the wrapper in [`command`]
//! begins and commits, publishes and starts what comes after.

pub mod after;
pub mod call;
pub mod catalogue;
pub mod command;
pub mod follow_up;
pub mod mail;
pub mod offer;
pub mod order;
pub mod people;
pub mod policy;
pub mod readiness;
pub mod recording;
pub mod thread;
pub mod words;

use crate::{
    app::App,
    blob::{BlobError, KeyError},
    hub::{Audience, Published},
    store::{
        Scope, StoreError, Tx,
        thread::events::{NewEvent, append_event},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{CommandId, SessionId, ThreadId, UserId, VendorId},
    people::roles::Role,
    thread::{Author, EventBody},
};
use orderline_protocol::{
    problem::{Code, Problem},
    socket::{CommandResult, ServerSignal},
};

pub use after::AfterCommit;

/// Who acts, known from the session.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: UserId,
    pub vendor: VendorId,
    pub role: Role,
    pub name: String,
    pub session: SessionId,
    /// A session that a link opened reaches this thread alone.
    pub only_thread: Option<ThreadId>,
}

impl Actor {
    /// What the actor's transactions may see.
    pub const fn scope(&self) -> Scope {
        Scope {
            vendor: self.vendor,
            only_thread: self.only_thread,
        }
    }

    /// The actor as an event's author.
    pub const fn author(&self) -> Author {
        Author::User {
            user: self.user,
            role: self.role,
        }
    }
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user's to mend, in the user's words.
    #[error("{}", .0.title)]
    Problem(Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A fault on our side that is none of the above.
    #[error("{0}")]
    Internal(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Problem(code.into())
    }
}

impl Failure {
    /// Whether the same call may succeed when it is made again, without anything else changing.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Problem(_) | Self::Blob(_) | Self::Key(_) | Self::Internal(_) => false,
        }
    }

    /// What the user is told. A fault on our side is logged here, once, under a reference; nothing of it leaves.
    pub fn problem(self, app: &App) -> Problem {
        let code = match &self {
            Self::Problem(problem) => return problem.clone(),
            Self::Store(StoreError::Unavailable(_)) | Self::Blob(_) => Code::Unavailable,
            Self::Store(
                StoreError::Constraint { .. }
                | StoreError::Corrupt { .. }
                | StoreError::Database(_),
            )
            | Self::Key(_)
            | Self::Internal(_) => Code::Internal,
        };
        let reference = app.entropy.uuid(app.clock.now()).to_string();
        if code == Code::Unavailable {
            tracing::warn!(error = %self, %reference, "something that is needed does not answer");
        } else {
            tracing::error!(error = %self, %reference, "a request failed");
        }
        Problem {
            reference: Some(reference),
            ..code.into()
        }
    }
}

/// How often something that may be repeated is tried while connections are being lost.
pub const MAX_ATTEMPTS: u32 = 6;

/// Reads again when a connection was lost under the reading.
pub async fn again<T, F>(mut read: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut attempt = 1;
    loop {
        match read().await {
            Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

/// What a command works with.
pub struct Cx<'a> {
    pub app: &'a App,
    pub tx: Tx,
    pub actor: &'a Actor,
    pub command: CommandId,
    pub now: Timestamp,
}

impl Cx<'_> {
    /// Appends an event to a thread: the actor said or did it, by this command.
    pub async fn tell(&mut self, thread: ThreadId, body: &EventBody) -> Result<Published, Failure> {
        let new = NewEvent {
            thread,
            author: self.actor.author(),
            command: Some(self.command),
            at: self.now,
            salt: self.app.entropy.bytes32(),
            body,
        };
        Ok(append_event(&mut self.tx, new).await?)
    }
}

/// What a command did; all but the result happens after the commit.
#[derive(Debug)]
pub struct Outcome {
    pub result: CommandResult,
    pub events: Vec<Published>,
    pub signals: Vec<(Audience, ServerSignal)>,
    pub after: Vec<AfterCommit>,
}

impl Outcome {
    /// An outcome that only answers.
    pub const fn of(result: CommandResult) -> Self {
        Self {
            result,
            events: Vec::new(),
            signals: Vec::new(),
            after: Vec::new(),
        }
    }

    /// The outcome of having written one event.
    pub fn done(published: Published) -> Self {
        let result = CommandResult::Done {
            thread: published.thread,
            seq: published.event.seq,
        };
        Self {
            events: vec![published],
            ..Self::of(result)
        }
    }
}
