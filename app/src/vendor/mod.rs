//! One vendor, as the platform and its own admin keep it.

mod form;
pub mod functions;
mod log;
pub mod page;
mod plan;
mod record;
mod state;
