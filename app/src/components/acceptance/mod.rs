//! The buyer's written acceptance of an order: everything that is agreed, and the button whose words say that
//! ordering means paying.

mod panel;
mod terms;

pub use panel::WrittenAcceptance;
