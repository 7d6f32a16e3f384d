//! What is for sale.

pub mod products;
