//! What the two agree on about recording while they talk.

pub mod state;
pub mod view;
