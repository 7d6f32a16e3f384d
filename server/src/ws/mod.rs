//! The sockets: thin adapters around pure reducers.

pub mod call;
mod limits;
pub mod session;
pub mod socket;
mod threads;
