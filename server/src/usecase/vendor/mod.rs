//! One vendor, as the platform and its own admin keep it.

mod log;
pub mod read;
pub mod step;
