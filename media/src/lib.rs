//! The call relay and the recorder. Takes commands, gives events, writes segments to a spool; never knows
//! users, orders, a database or S3.
//!
//! - [`rtp`]: packets, codecs and sequence numbers: the ground floor
//! - [`engine`]: one WebRTC connection, no sockets, no clock; the only place that names `rtc`.
//! - [`relay`]: one call, pure: forwarding, SSRC and payload-type maps, key-frame throttle.
//! - [`node`]: the media thread and its sockets; the public entry is [`node::MediaNode`].
//! - [`record`]: tap → reorder → segment → seal → flush; never stalls the relay.
//! - [`render`]: segments → playable files.

pub mod engine;
pub mod node;
pub mod record;
pub mod relay;
pub mod render;
pub mod rtp;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod types;

pub use rtp::{Codec, MediaLine, TrackKey, TrackKind};
pub use types::*;
