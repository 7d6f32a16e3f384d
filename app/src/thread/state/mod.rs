//! Threads as this page holds them, kept up to date by the socket.

pub mod elsewhere;
pub mod log;
mod refetch;
pub mod rows;
pub mod thread;
pub mod workspace;
