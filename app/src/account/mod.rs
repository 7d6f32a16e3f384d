//! One's own account: the ways in without a password, where one is signed in, and another password.

pub mod ask_link;
pub mod link;
pub mod page;
mod password;
mod sessions;
