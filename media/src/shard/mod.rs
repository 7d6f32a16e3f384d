//! Threads and sockets: one UDP port for all media of a node. The entry is [`MediaNode`].
//!
//! - `node`: the handle; `worker`: its thread; `socket`: its port
//! - `tcp`, `frames`: the same over TCP, for networks that carry no UDP
//! - `core`, `drive`: a shard's state, without sockets or a clock
//! - `peers`, `stun`: which connection a datagram belongs to
//! - `deadlines`: who wants to be woken when

pub mod core;
mod deadlines;
mod drive;
pub(crate) mod frames;
mod node;
mod peers;
mod socket;
mod stats;
mod stun;
mod tcp;
mod worker;

pub use node::MediaNode;
pub use stats::NodeStats;
