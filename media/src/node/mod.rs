//! The media thread and its sockets: one UDP port for all calls of a node. The entry is [`MediaNode`].
//!
//! - `handle`: commands from the server; `worker`: the thread; `socket`: the UDP port
//! - `admission`: from whom anything is taken
//! - `tcp`, `frames`: the same over TCP, for networks that carry no UDP
//! - `core`, `drive`: the node's state, without sockets or a clock
//! - `peers`, `stun`: which connection a datagram belongs to
//! - `deadlines`: who wants to be woken when; `pacer`: when datagrams are handled together

mod admission;
pub mod core;
mod deadlines;
mod drive;
pub(crate) mod frames;
mod handle;
mod pacer;
mod peers;
mod socket;
mod stats;
mod stun;
mod tcp;
mod worker;

pub use handle::MediaNode;
pub use stats::NodeStats;
