//! Who buys.

pub mod buyer;
pub mod postal;
pub mod record;
