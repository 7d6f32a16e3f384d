//! The pages: each composes components for a role.

pub mod buyer;
pub mod calls;
pub mod join;
pub mod orders;
pub mod products;
pub mod recording;
pub mod recordings;
pub mod sign_in;
pub mod staff;
