//! The sockets: thin adapters around pure reducers.

pub mod call;
mod limits;
pub mod session;
#[cfg(test)]
mod session_tests;
pub mod socket;
mod threads;
