//! The installation: how it is set up, and its vendors.

pub mod plans;
pub mod setup;
pub mod steps;
pub mod vendors;
