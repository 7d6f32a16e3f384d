//! What travels between the app and the server: HTTP bodies, socket frames and problem codes. serde only:
//! no rules and no I/O. Every variant has a golden JSON file under `golden/`.
//!
//! An enum is tagged outside (`{"call": {…}}`) and nothing is flattened: any other form is read by way of a buffer, and
//! the browser would carry the code for reading twice.

pub mod account;
pub mod around;
pub mod ask;
pub mod call;
pub mod calling;
pub mod catalogue;
pub mod customer;
pub mod hand_over;
pub mod http;
pub mod join;
pub mod offer;
pub mod order;
pub mod page;
pub mod people;
pub mod person;
pub mod platform;
pub mod policy;
pub mod problem;
pub mod quality;
pub mod recording;
pub mod security;
pub mod socket;
pub mod system;
pub mod thread;
pub mod vendor;
pub mod visit;

/// The workspace socket's subprotocol.
pub const SOCKET_PROTOCOL: &str = "orderline.v1";
/// The call signalling socket's subprotocol.
pub const CALL_PROTOCOL: &str = "orderline.call.v1";
/// The protocol version that both ends speak; another one is refused at Hello.
pub const VERSION: u32 = 1;
/// Largest frame of the workspace socket, in bytes.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Largest frame of the call socket, in bytes (an SDP fits).
pub const MAX_CALL_FRAME_BYTES: usize = 96 * 1024;
/// Threads that one socket may follow by name.
pub const MAX_CURSORS: usize = 200;
/// Events replayed to one thread before the server says Reset.
pub const MAX_REPLAY: usize = 500;
