//! Devices: picking them, and trying them out before a call.

mod pickers;

pub use pickers::Pickers;
