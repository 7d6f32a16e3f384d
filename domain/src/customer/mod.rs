//! Who buys.

pub mod buyer;
