//! Threads: opened, read, written into, shared by link.

pub mod acknowledge;
mod answered;
pub mod join_links;
pub mod open;
pub mod people;
pub mod read;
pub mod send;
pub mod wakes;
