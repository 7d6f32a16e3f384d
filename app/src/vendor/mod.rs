//! One vendor, as the platform and its own admin keep it.

mod form;
mod log;
pub mod page;
mod record;
mod state;
