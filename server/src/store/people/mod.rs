//! People and their sessions.

pub mod proof_codes;
pub mod sessions;
pub mod users;
