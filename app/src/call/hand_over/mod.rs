//! A running call goes to a colleague.

pub mod state;
pub mod view;
