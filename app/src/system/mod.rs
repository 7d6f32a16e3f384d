//! How the installation is and how its work goes, for admins.

mod findings;
pub mod page;
mod platform;
