//! Words that people write: one rule for each purpose, bounded, readable, and never shown by `Debug`.

mod chars;
mod mail;
mod normal;
mod rule;

use crate::field::{FieldError, code};
use rule::Length;
use serde::{Deserialize, Serialize};
use std::fmt;

pub(crate) use chars::{digit, is_dash, is_unseen};
pub use mail::{MAX_EMAIL_BYTES, MailAddress};
pub(crate) use normal::{nfc, nfkc};

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
/// Longest title of a thread, in characters.
pub const MAX_TITLE_CHARS: usize = 200;
/// Shortest and longest reason for opening a recording, in characters.
pub const MIN_ACCESS_REASON_CHARS: usize = 3;
pub const MAX_ACCESS_REASON_CHARS: usize = 500;
/// Shortest and longest reason for what the platform does with a vendor, in characters.
pub const MIN_VENDOR_REASON_CHARS: usize = 3;
pub const MAX_VENDOR_REASON_CHARS: usize = 500;
/// Shortest and longest reason for taking somebody's second factor away, in characters.
pub const MIN_RESET_REASON_CHARS: usize = 3;
pub const MAX_RESET_REASON_CHARS: usize = 300;

/// Shortest and longest reason for looking into vendors, in characters.
pub const MIN_VISIT_REASON_CHARS: usize = 3;
pub const MAX_VISIT_REASON_CHARS: usize = 500;

/// Why a text cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("a text must say something that can be seen")]
    Empty,
    #[error("a text of at least {min} characters is needed")]
    TooShort { min: usize },
    #[error("a text of at most {max} characters fits here")]
    TooLong { max: usize },
    #[error("a text holds no control characters, and newlines only where lines fit")]
    ControlCharacter,
    #[error("a name has a letter or a digit")]
    Nameless,
    #[error("this is no mail address")]
    NoAddress,
    #[error("this is no phone number")]
    NoNumber,
    #[error("this is no country's code")]
    NoCountry,
    #[error("this is no VAT id")]
    NoVatId,
}

impl BadText {
    /// The complaint about this field.
    pub fn at(self, field: &'static str) -> FieldError {
        match self {
            Self::Empty => FieldError::new(field, code::REQUIRED),
            Self::TooShort { min } => FieldError::new(field, code::TOO_SHORT).with("min", &min),
            Self::TooLong { max } => FieldError::new(field, code::TOO_LONG).with("max", &max),
            Self::NoAddress => FieldError::new(field, code::EMAIL),
            Self::ControlCharacter
            | Self::Nameless
            | Self::NoNumber
            | Self::NoCountry
            | Self::NoVatId => FieldError::new(field, code::INVALID),
        }
    }
}

/// A text that may be left out: one that shows nothing is.
pub fn optional<T>(
    field: &'static str,
    text: Option<&str>,
    new: impl FnOnce(&str) -> Result<T, BadText>,
) -> Result<Option<T>, FieldError> {
    match text.map(new) {
        None | Some(Err(BadText::Empty)) => Ok(None),
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(bad)) => Err(bad.at(field)),
    }
}

/// What somebody is in the middle of typing: readable and in one line, but not yet held against any rule.
pub fn unfinished(text: &str) -> String {
    let readable = |text: &str| rule::readable(text).replace('\n', " ");
    // What is dropped may have stood between two that compose.
    let mut text = readable(text);
    text.retain(|c| !c.is_control());
    readable(&text)
}

/// The text with plain digits, spaces and dashes, for reading numbers in it. Letters stay letters.
pub fn plain_signs(text: &str) -> String {
    rule::plain_signs(text)
}

/// Words in one line, from 1 to `max` characters.
pub fn line(text: &str, max: usize) -> Result<String, BadText> {
    rule::line(text, Length { min: 1, max })
}

/// What somebody or something is called, from 1 to `max` characters.
pub fn name(text: &str, max: usize) -> Result<String, BadText> {
    rule::name(text, Length { min: 1, max })
}

/// Words in any number of lines, from 1 to `max` characters.
pub fn paragraph(text: &str, max: usize) -> Result<String, BadText> {
    rule::paragraph(text, Length { min: 1, max })
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $rule:ident of $length:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text after its purpose's rule.
            pub fn new(text: &str) -> Result<Self, BadText> {
                let (min, max) = (*$length.start(), *$length.end());
                rule::$rule(text, Length { min, max }).map(Self)
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
    MessageText: paragraph of (1..=MAX_MESSAGE_CHARS),
    /// Why somebody does not take a call, in their own words, 1 to 200 characters.
    DeclineReason: paragraph of (1..=MAX_REASON_CHARS),
    /// What a buyer wants to talk about, 1 to 300 characters.
    CallNote: paragraph of (1..=MAX_NOTE_CHARS),
    /// What a planned call is about, or why it is off, 1 to 500 characters.
    AppointmentNote: paragraph of (1..=MAX_APPOINTMENT_NOTE_CHARS),
    /// What a seller notes for the vendor's own people after a call, 1 to 4,000 characters.
    OutcomeNote: paragraph of (1..=MAX_OUTCOME_NOTE_CHARS),
    /// What a thread is called, 1 to 200 characters in one line.
    Title: name of (1..=MAX_TITLE_CHARS),
    /// Why somebody opens a recording, 3 to 500 characters.
    AccessReason: paragraph of (MIN_ACCESS_REASON_CHARS..=MAX_ACCESS_REASON_CHARS),
    /// Why the platform suspends, restores or closes a vendor, 3 to 500 characters.
    VendorReason: paragraph of (MIN_VENDOR_REASON_CHARS..=MAX_VENDOR_REASON_CHARS),
    /// Why somebody of the platform's looks into vendors, 3 to 500 characters.
    VisitReason: paragraph of (MIN_VISIT_REASON_CHARS..=MAX_VISIT_REASON_CHARS),
    /// Why somebody's second factor is taken away, 3 to 300 characters.
    ResetReason: paragraph of (MIN_RESET_REASON_CHARS..=MAX_RESET_REASON_CHARS),
}

#[cfg(test)]
mod tests {
    use super::*;

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
