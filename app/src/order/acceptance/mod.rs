//! The buyer's written acceptance of an order: everything that is agreed, and the button whose words say that
//! ordering means paying.

pub mod panel;
mod terms;
