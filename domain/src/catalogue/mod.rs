//! What can be sold.

pub mod product;
