//! One event in its place.

use crate::{
    ids::{CommandId, UserId},
    thread::EventBody,
};
use jiff::Timestamp;

/// An event of a thread as it is read, in the order of `seq` without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub seq: i64,
    pub at: Timestamp,
    /// `None` for what the system itself wrote.
    pub author: Option<UserId>,
    /// The command that made it.
    pub command: Option<CommandId>,
    pub body: EventBody,
}
