//! The transaction's vendor itself: its record, whether it works, and the log of what was changed.

pub mod log;
pub mod record;
pub mod state;
