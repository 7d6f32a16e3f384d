//! Who buys.

pub mod address;
pub mod addresses;
pub mod assigned;
pub mod buyer;
pub mod merge;
pub mod postal;
pub mod record;
pub mod search;
pub mod sheet;
pub mod tax;
