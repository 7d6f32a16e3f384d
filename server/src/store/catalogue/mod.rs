//! What can be sold.

pub mod partners;
pub mod products;
