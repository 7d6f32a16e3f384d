//! What is told of a change once it is committed.

use crate::{
    live::{Env, hub::Audience},
    store::thread::events::Published,
};
use orderline_domain::{
    call::Call,
    ids::{CallId, SessionId, ThreadId, UserId, VendorId},
};
use orderline_protocol::socket::{CommandResult, ServerSignal};

/// What is told, and begun, after the commit; never before it.
#[derive(Debug, Default)]
pub struct News {
    pub events: Vec<Published>,
    pub signals: Vec<(Audience, ServerSignal)>,
    pub after: Vec<AfterCommit>,
}

/// What is to be done after the commit. Lost when the process dies: whatever must not be lost is a job or is
/// rebuilt from its table at start.
#[derive(Clone, Debug)]
pub enum AfterCommit {
    /// A call changed: its task on this node hears of it.
    Call(Box<Call>),
    /// What was recorded so far of this call is to be stored now.
    CutRecording(CallId),
    /// These sessions are over, and so is what lives by them.
    SessionsOver(Vec<SessionId>),
    /// The session may do other things than before: its sockets come back and are asked who they are.
    Renewed(SessionId),
    /// What concerns each of a vendor's threads has changed: whoever looks at one looks again.
    VendorSet(VendorId),
    /// There is work for the job of this name.
    Job(String),
}

/// An event that was appended.
#[derive(Clone, Debug)]
pub struct Told {
    pub thread: ThreadId,
    pub seq: i64,
    /// Who takes part in the thread.
    pub people: Vec<UserId>,
}

impl Told {
    /// The answer of a command that did no more than this.
    pub const fn answer(&self) -> CommandResult {
        CommandResult::Done {
            thread: self.thread,
            seq: self.seq,
        }
    }
}

impl News {
    /// An event is told.
    pub fn event(&mut self, published: Published) -> Told {
        let told = Told {
            thread: published.thread,
            seq: published.event.seq,
            people: published.people.clone(),
        };
        self.events.push(published);
        told
    }

    /// A signal is told.
    pub fn signal(&mut self, (audience, signal): (Audience, ServerSignal)) {
        self.signals.push((audience, signal));
    }

    /// What else is news.
    pub fn append(&mut self, mut more: Self) {
        self.events.append(&mut more.events);
        self.signals.append(&mut more.signals);
        self.after.append(&mut more.after);
    }

    /// Tells everybody whom it concerns, and starts what comes after.
    pub fn publish(self, env: &Env) {
        for published in &self.events {
            env.people.learn(published);
        }
        env.hub.publish(&self.events);
        for (audience, signal) in self.signals {
            env.hub.signal(&audience, signal);
        }
        for work in self.after {
            work.start(env);
        }
    }
}

impl AfterCommit {
    fn start(self, env: &Env) {
        match self {
            Self::Call(record) => {
                if record.node == env.node {
                    env.calls.changed(*record);
                }
            }
            Self::CutRecording(call) => env.calls.cut(call),
            Self::SessionsOver(sessions) => {
                for session in sessions {
                    env.sessions.end(session);
                }
            }
            Self::Renewed(session) => env.sessions.renew(session),
            Self::VendorSet(vendor) => env.hub.nudge_vendor(vendor),
            Self::Job(name) => env.wakes.wake(&name),
        }
    }
}
