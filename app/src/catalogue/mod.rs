//! What is for sale.

mod form;
pub mod products;
mod state;
