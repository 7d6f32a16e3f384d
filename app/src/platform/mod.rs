//! The installation: how it is set up, and the platform's vendors.

pub mod find;
mod plan_form;
pub mod plans;
pub mod security;
pub mod setup;
pub mod stewards;
pub mod vendors;
