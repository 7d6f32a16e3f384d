//! People and their sessions.

pub mod persons;
pub mod proof_codes;
pub mod sessions;
