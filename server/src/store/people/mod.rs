//! People and their sessions.

pub mod account_links;
pub mod authenticators;
pub mod closing;
pub mod email_changes;
pub mod invitations;
pub mod members;
pub mod passkeys;
pub mod persons;
pub mod proof_codes;
pub mod refusals;
pub mod security;
pub mod sessions;
pub mod stewards;
pub mod visits;
