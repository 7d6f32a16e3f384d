//! What a password has to be.

use crate::{
    field::{FieldError, code},
    text::nfc,
};
use std::fmt;

/// Shortest password, in characters: what is shorter is guessed from a stolen hash.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Longest password that is looked at, in bytes.
pub const MAX_PASSWORD_BYTES: usize = 1_024;

/// A password as it is hashed: composed (NFC), so that the same characters from another keyboard are the same password.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// One that somebody chooses. `field` is where it was typed; `is_common` knows what many people have chosen, in small
    /// letters.
    pub fn choose(
        field: &'static str,
        text: &str,
        email: &str,
        is_common: fn(&str) -> bool,
    ) -> Result<Self, FieldError> {
        if text.is_empty() {
            return Err(FieldError::new(field, code::REQUIRED));
        }
        let Some(password) = Self::typed(text) else {
            return Err(FieldError::new(field, code::TOO_LONG).with("max", &MAX_PASSWORD_BYTES));
        };
        if password.0.chars().count() < MIN_PASSWORD_CHARS {
            return Err(FieldError::new(field, code::TOO_SHORT).with("min", &MIN_PASSWORD_CHARS));
        }
        if is_easy(&password.0, email) || is_common(&password.0.to_lowercase()) {
            return Err(FieldError::new(field, code::EASY_TO_GUESS));
        }
        Ok(password)
    }

    /// One that somebody signs in with; none for what nobody can have chosen.
    pub fn typed(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > MAX_PASSWORD_BYTES {
            return None;
        }
        Some(Self(nfc(text)))
    }

    /// The characters, for hashing alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The same few characters over and over, a run of the keyboard's or the alphabet's order, or the person's own address.
fn is_easy(password: &str, email: &str) -> bool {
    let folded = password.to_lowercase();
    let chars: Vec<char> = folded.chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let steps_alike = chars
        .windows(2)
        .filter(|pair| (i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).abs() == 1)
        .count();
    let local = email.split('@').next().unwrap_or(email).to_lowercase();
    different.len() < 5
        || steps_alike * 2 > chars.len()
        || folded == email.to_lowercase()
        || (local.chars().count() >= 4 && folded.replace(&local, "").chars().count() < 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<Password, FieldError> {
        Password::choose("password", text, "mara@nordlicht.example", |it| {
            it == "iloveyou1234"
        })
    }

    fn refused(text: &str) -> String {
        let bad = choose(text);
        bad.expect_err(text).code.to_string()
    }

    #[test]
    fn a_password_is_long_enough_and_not_easy_to_guess() {
        let good = "correct horse battery staple";
        assert!(choose(good).is_ok());
        assert_eq!(refused(""), "required");
        assert_eq!(refused("short"), "too_short");
        assert_eq!(refused("elevenchars"), "too_short");
        assert_eq!(refused(&"x".repeat(MAX_PASSWORD_BYTES + 1)), "too_long");
        for easy in [
            "aaaaaaaaaaaaaaaa",
            "abababababab",
            "123456789012",
            "abcdefghijkl",
            "mara@nordlicht.example",
            "mara12345mara",
            "iloveyou1234",
            "ILoveYou1234",
        ] {
            assert_eq!(refused(easy), "easy_to_guess", "{easy}");
        }
        // Twelve characters, not twelve bytes.
        assert_eq!(refused("ééééé"), "too_short");
    }

    #[test]
    fn the_same_characters_are_the_same_password() {
        let composed = Password::typed("Zo\u{eb}s Fahrrad ist rot");
        let apart = Password::typed("Zoe\u{308}s Fahrrad ist rot");
        assert_eq!(composed, apart);
        assert!(Password::typed("").is_none());
        assert!(Password::typed(&"x".repeat(10_000_000)).is_none());
    }

    #[test]
    fn debug_does_not_show_it() {
        let password = Password::typed("correct horse").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
