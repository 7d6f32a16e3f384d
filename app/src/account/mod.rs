//! One's own account: the ways in without a password, where one is signed in, and another password.

pub mod again;
pub mod ask_link;
mod authenticator;
mod close;
mod device;
mod email;
pub mod email_link;
pub mod gate;
pub mod link;
pub mod page;
pub mod passkey_sign_in;
mod passkeys;
mod password;
mod sessions;
mod show;
