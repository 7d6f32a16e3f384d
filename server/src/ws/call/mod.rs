//! Calls on this node: the signalling socket, a task per call, and the desk that routes between them.
//!
//! - `room`, `seat`, `pairs`, `events`: one call as a pure reducer
//! - `actor`: the task that carries a room's effects out; `notes`: what it writes down on the way; `own`: the use
//!   cases that it runs
//! - `router`: the task that owns them; [`crate::live::CallDesk`] is the way to it
//! - [`socket`]: `GET /call`

mod actor;
mod events;
mod notes;
mod own;
mod pairs;
mod quality;
mod room;
mod router;
mod seat;
pub(crate) mod socket;
mod trial;

pub(crate) use router::run;
