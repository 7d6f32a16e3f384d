//! The workspace socket: a pure reducer ([`session`]), and the [`Client`] handle that the rest of the app holds. The
//! socket itself is `wire`.

mod client;
mod outbox;
mod sending;
pub mod session;
mod thread_cursor;

pub use client::{Client, News};
pub use sending::{Sending, use_command};
pub use session::Connection;
