//! The installation: how it is set up, and its vendors.

pub mod find;
pub mod people;
pub mod plans;
pub mod setup;
pub mod steps;
pub mod vendors;
pub mod visit;
