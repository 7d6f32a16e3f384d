//! Work that a command starts once its transaction has been committed.

use super::thread::join_links;
use crate::{app::App, store::call::CallRecord, supervisor::detached};
use orderline_domain::ids::CallId;

/// What is to be done after the commit. Lost when the process dies: whatever must not be lost is a job or is
/// rebuilt from its table at start.
#[derive(Clone, Debug)]
pub enum AfterCommit {
    /// A call changed: its task on this node hears of it.
    Call(Box<CallRecord>),
    /// What was recorded so far of this call is to be stored now.
    CutRecording(CallId),
    /// A link or a code goes out by text message.
    JoinMessage(join_links::Message),
}

/// Starts the work.
pub fn start(app: &App, after: AfterCommit) {
    match after {
        AfterCommit::Call(record) => {
            if record.node == app.node {
                app.calls.changed(*record);
            }
        }
        AfterCommit::CutRecording(call) => app.calls.cut(call),
        AfterCommit::JoinMessage(message) => {
            detached("text message", join_links::deliver(app.clone(), message));
        }
    }
}
