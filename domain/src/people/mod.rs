//! Who may do what.

pub mod roles;
