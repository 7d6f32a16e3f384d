//! One vendor, as the platform and its own admin keep it.

pub mod edit;
pub mod functions;
pub(super) mod log;
pub mod read;
pub mod step;
