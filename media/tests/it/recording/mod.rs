//! The recorder and the renderer, from packets to files that a player opens.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the numbers of a few seconds of test media"
)]

mod bench;
mod files;
mod spool;
mod streams;
