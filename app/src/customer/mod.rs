//! The vendor's customers: found, added, changed, and the threads that begin with them.

mod form;
pub mod list;
mod open_thread;
pub mod page;
mod record;
mod threads;
