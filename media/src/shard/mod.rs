//! Threads and sockets: one UDP port for all media of a node.
//!
//! - `core`, `drive`: a shard's state, without sockets or a clock
//! - `peers`, `stun`: which connection a datagram belongs to
//! - `deadlines`: who wants to be woken when

pub mod core;
mod deadlines;
mod drive;
mod peers;
mod stats;
mod stun;

pub use stats::NodeStats;
