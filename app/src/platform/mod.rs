//! The installation: how it is set up, and the platform's vendors.

mod factor_reset;
pub mod find;
mod plan_form;
pub mod plans;
mod refusals;
pub mod security;
pub mod setup;
pub mod stewards;
pub mod vendors;
