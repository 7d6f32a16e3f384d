//! Who may do what.

pub mod one_time_code;
pub mod proof;
pub mod roles;
