//! A vendor's records of who buys: added, changed, found (P4), and assigned to reps (OX1).

pub mod add;
pub mod addresses;
pub mod assign;
pub mod buyer;
pub mod edit;
pub mod export;
mod file;
pub mod import;
pub mod list;
pub mod merge;
pub mod read;
pub mod record;
