//! The workspace socket: a pure reducer ([`session`]), a socket ([`crate::wire`]) beside it, and the [`Client`] handle that
//! the rest of the app holds.

mod backoff;
mod client;
mod outbox;
pub mod session;
mod thread_cursor;

pub use client::{Client, News, Subscription};
pub use session::Connection;
