//! What can be sold.

pub mod product;
pub mod proposal;
