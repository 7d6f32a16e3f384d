//! The pages: each composes components for a role.

pub mod buyer;
pub mod calling;
pub mod calls;
pub mod join;
pub mod mailbox;
pub mod orders;
pub mod policies;
pub mod policy;
pub mod products;
pub mod recording;
pub mod recordings;
pub mod sign_in;
pub mod staff;
