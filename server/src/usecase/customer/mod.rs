//! A vendor's records of who buys: added, changed, found (P4), and assigned to reps (OX1).

pub mod add;
pub mod assign;
pub mod edit;
pub mod list;
pub mod read;
pub mod record;
