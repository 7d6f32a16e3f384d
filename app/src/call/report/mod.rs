//! How the lines of a call were, for those who are asked why it was bad.

pub mod chart;
pub mod timeline;
