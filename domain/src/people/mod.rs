//! Who people are, how they prove it, and who may do what.

pub mod attempts;
pub mod capacity;
pub mod one_time_code;
pub mod person;
pub mod proof;
pub mod roles;
pub mod side;
