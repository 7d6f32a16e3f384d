//! Customers that leave in a file, and come in from one.

pub mod export;
pub mod import;
mod preview;
