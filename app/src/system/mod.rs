//! How the installation is and how its work goes, for admins.

mod findings;
mod jobs;
pub mod page;
mod platform;
