//! Whom customers are assigned to (OX1, OX2): chosen for one, for many at once, and read back.

pub mod bar;
pub mod card;
pub mod filter;
pub mod left;
mod log;
mod reps;
pub mod ticks;
