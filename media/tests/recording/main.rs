//! The recorder and the finaliser, from packets to files that a player opens.

mod bench;
mod files;
mod spool;
mod streams;
