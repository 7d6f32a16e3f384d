//! A vendor's records of who buys: added, changed, found (P4).

pub mod add;
pub mod edit;
pub mod list;
pub mod read;
mod record;
