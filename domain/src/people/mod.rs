//! Who may do what.

pub mod attempts;
pub mod one_time_code;
pub mod proof;
pub mod roles;
