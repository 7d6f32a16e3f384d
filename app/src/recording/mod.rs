//! Recordings: found, opened with a reason, played.

pub mod page;
mod phase;
pub mod player;
pub mod search;
