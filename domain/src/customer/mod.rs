//! Who buys.

pub mod assigned;
pub mod buyer;
pub mod postal;
pub mod record;
pub mod search;
