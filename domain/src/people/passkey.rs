//! Passkeys: keys in somebody's device that sign in without anything that could be typed into a wrong page.

use crate::{field::FieldError, text};
use jiff::SignedDuration;

/// Passkeys that one person keeps.
pub const MAX_PASSKEYS: usize = 10;
/// Longest name of a passkey, in characters.
pub const MAX_PASSKEY_NAME: usize = 60;
/// How long the device may take to answer a challenge.
pub const CEREMONY_LIVES: SignedDuration = SignedDuration::from_mins(5);
/// Longest answer of a device that is looked at, in bytes.
pub const MAX_ANSWER: usize = 20_000;

/// What somebody calls one of their passkeys.
pub fn name(typed: &str) -> Result<String, FieldError> {
    text::name(typed, MAX_PASSKEY_NAME).map_err(|bad| bad.at("name"))
}
