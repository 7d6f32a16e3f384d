//! The transaction's vendor itself: its record, whether it works, and the log of what was changed.

pub mod functions;
pub mod log;
pub mod plans;
pub mod record;
pub mod state;
