//! A person's client: HTTP, the workspace socket, a call.

mod call;
mod http;
mod peer;
mod socket;
mod tone;

pub use call::{CallSocket, InCall, join};
pub use http::Person;
pub use peer::{Peer, Spoken};
pub use socket::{Socket, fresh_command};
pub use tone::Tone;
