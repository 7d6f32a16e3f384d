//! People and their sessions.

pub mod invitations;
pub mod members;
pub mod persons;
pub mod proof_codes;
pub mod sessions;
