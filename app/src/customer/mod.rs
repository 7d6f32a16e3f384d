//! The vendor's customers: found, added, changed, assigned to reps, and the threads that begin with them.

pub mod assign;
mod form;
pub mod list;
mod open_thread;
pub mod page;
mod record;
mod threads;
