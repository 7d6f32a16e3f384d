//! The pages: each composes what the topics give for a role.

pub mod buyer;
mod frame;
pub mod staff;
