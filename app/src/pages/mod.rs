//! The pages: each composes what the topics give for a role.

pub mod buyer;
mod desk;
mod frame;
pub mod office;
pub mod staff;
