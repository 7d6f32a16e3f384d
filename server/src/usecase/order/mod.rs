//! Orders: placed, accepted in writing or refused.

pub mod acceptance;
pub mod place;
