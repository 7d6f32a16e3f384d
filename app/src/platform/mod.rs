//! The installation: how it is set up, and the platform's vendors.

pub mod setup;
pub mod vendors;
