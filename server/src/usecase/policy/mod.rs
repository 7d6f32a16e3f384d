//! Recording policies: in force, edited.

pub mod edit;
pub mod in_force;
