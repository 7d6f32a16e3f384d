//! Signing in, sessions, and coming in by a link.

pub mod join_door;
pub mod prove;
pub mod session;
pub mod sign_in;
