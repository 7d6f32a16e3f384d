//! Calls on this node: the signalling socket, a task per call, and the desk that routes between them.
//!
//! - `room`, `seat`, `pairs`, `events`: one call as a pure reducer
//! - `actor`: the task that carries a room's effects out; `notes`: what it writes down on the way
//! - [`CallDesk`]: the way to the tasks; `router`: the task that owns them
//! - [`socket`]: `GET /call`

mod actor;
mod desk;
mod events;
mod message;
mod notes;
mod pairs;
mod quality;
mod room;
mod router;
mod seat;
pub mod socket;
mod trial;

pub use desk::{CallDesk, DeskInbox};
pub use router::run;
