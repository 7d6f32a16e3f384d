//! The vendor's customers: found, added, changed, assigned to reps, and the threads that begin with them.

mod addresses;
pub mod assign;
pub mod files;
mod form;
pub mod list;
mod merge;
mod open_thread;
pub mod page;
pub mod postal;
mod query;
mod record;
mod threads;
