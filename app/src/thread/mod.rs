//! Threads: the list, and the open one with header, log and composer.

mod action;
mod composer;
mod elsewhere;
mod header;
mod line;
pub mod list;
mod log;
mod moment;
pub mod state;
pub mod talked;
pub mod view;
