//! Threads and sockets: one UDP port for all media of a node. The entry is [`MediaNode`].
//!
//! - `node`: the handle; `worker`: its thread; `socket`: its port
//! - `core`, `drive`: a shard's state, without sockets or a clock
//! - `peers`, `stun`: which connection a datagram belongs to
//! - `deadlines`: who wants to be woken when

pub mod core;
mod deadlines;
mod drive;
mod node;
mod peers;
mod socket;
mod stats;
mod stun;
mod worker;

pub use node::MediaNode;
pub use stats::NodeStats;
