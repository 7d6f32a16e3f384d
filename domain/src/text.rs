//! Words that people write: trimmed, bounded, without control characters, and never shown by `Debug`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest chat message, in characters.
pub const MAX_MESSAGE_CHARS: usize = 4_000;
/// Longest reason for declining a call, in characters.
pub const MAX_REASON_CHARS: usize = 200;
/// Longest note to an appointment, in characters.
pub const MAX_APPOINTMENT_NOTE_CHARS: usize = 500;
/// Longest note to the outcome of a call, in characters.
pub const MAX_OUTCOME_NOTE_CHARS: usize = 4_000;

/// Longest note with the wish for a call, in characters.
pub const MAX_NOTE_CHARS: usize = 300;

/// Why a text cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("a text must say something")]
    Empty,
    #[error("a text of at most {max} characters fits here")]
    TooLong { max: usize },
    #[error("a text holds no control characters but newlines")]
    ControlCharacter,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $max:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims and checks; line ends of other systems become newlines.
            pub fn new(text: &str) -> Result<Self, BadText> {
                checked(text, $max).map(Self)
            }

            /// The text itself, for storing, sending and showing.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} chars)", stringify!($name), self.0.chars().count())
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;

            fn try_from(text: String) -> Result<Self, BadText> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}

texts! {
    /// A chat message of 1 to 4,000 characters.
    MessageText: MAX_MESSAGE_CHARS,
    /// Why somebody does not take a call, in their own words, 1 to 200 characters.
    DeclineReason: MAX_REASON_CHARS,
    /// What a buyer wants to talk about, 1 to 300 characters.
    CallNote: MAX_NOTE_CHARS,
    /// What a planned call is about, or why it is off, 1 to 500 characters.
    AppointmentNote: MAX_APPOINTMENT_NOTE_CHARS,
    /// What a seller notes for the vendor's own people after a call, 1 to 4,000 characters.
    OutcomeNote: MAX_OUTCOME_NOTE_CHARS,
}

fn checked(text: &str, max: usize) -> Result<String, BadText> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().count() > max {
        return Err(BadText::TooLong { max });
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(BadText::ControlCharacter);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_and_bounds() {
        assert_eq!(MessageText::new("  a\r\nb \n").unwrap().as_str(), "a\nb");
        assert_eq!(MessageText::new(" \n\t "), Err(BadText::Empty));
        assert!(MessageText::new(&"ü".repeat(MAX_MESSAGE_CHARS)).is_ok());
        assert_eq!(
            MessageText::new(&"ü".repeat(MAX_MESSAGE_CHARS + 1)),
            Err(BadText::TooLong {
                max: MAX_MESSAGE_CHARS
            })
        );
        for control in ["a\u{0}b", "a\tb", "a\rb", "a\u{1b}[31mb", "a\u{85}b"] {
            assert_eq!(MessageText::new(control), Err(BadText::ControlCharacter));
        }
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<DeclineReason>("\"\"").is_err());
        let reason: DeclineReason = serde_json::from_str("\" later \"").unwrap();
        assert_eq!(serde_json::to_string(&reason).unwrap(), "\"later\"");
    }

    #[test]
    fn debug_never_shows_the_words() {
        let text = MessageText::new("my address is 5 Elm Street").unwrap();
        assert_eq!(format!("{text:?}"), "MessageText(26 chars)");
    }
}
