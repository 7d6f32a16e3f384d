//! How the installation's work goes, for admins.

pub mod page;
