//! One vendor, as the platform and its own admin keep it.

mod log;
pub mod page;
mod state;
