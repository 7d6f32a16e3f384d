//! Load: many sockets and messages, many recorded calls.

mod calls;
pub(crate) mod chat;
pub(crate) mod crowd;
mod generator;
mod recorded;
mod watch;

pub use calls::{CallLoad, CallReport, calls};
pub use chat::{ChatLoad, ChatReport, LimitsReport, chat, chat_limits};
