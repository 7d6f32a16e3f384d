//! Signing in, sessions, and coming in by a link.

pub mod account;
pub mod account_link;
pub mod again;
pub mod authenticator;
pub mod close;
pub mod email_change;
pub mod factor_reset;
pub mod invite;
pub mod invited;
pub mod join_door;
mod link_token;
pub mod members;
pub mod own_threads;
pub mod passkeys;
pub mod prove;
pub mod refusals;
pub mod security;
pub mod session;
pub mod sign_in;
