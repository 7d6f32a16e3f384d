//! Recordings: agreed to, stored, rendered, found and played.

pub mod access;
pub mod consent;
pub mod live;
pub mod playback;
pub mod rendered;
pub mod segments;
