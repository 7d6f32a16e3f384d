//! Load: many sockets and messages, many recorded calls.

mod calls;
mod chat;
mod crowd;
mod generator;
mod recorded;
mod watch;

pub use calls::{CallLoad, CallReport, calls};
pub use chat::{ChatLoad, ChatReport, chat};
