//! Before a call: it rings here, or there.

mod decline;
pub mod incoming;
pub mod outgoing;
