//! A mail address: one judge for forms, sign-in and the mailer. What it lets through can be written into an envelope;
//! whether it arrives only sending shows.

use super::{BadText, chars::joins, rule::readable};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest mail address, in bytes (RFC 5321's path without its brackets).
pub const MAX_EMAIL_BYTES: usize = 254;
/// Longest part before the `@`, in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;
/// Longest label of a host name, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

/// A mail address as it was typed, without what surrounds it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

impl MailAddress {
    /// The address, if mail can be sent to one of this shape.
    pub fn new(text: &str) -> Result<Self, BadText> {
        let text = readable(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(BadText::Empty);
        }
        if text.len() > MAX_EMAIL_BYTES {
            return Err(BadText::TooLong {
                max: MAX_EMAIL_BYTES,
            });
        }
        let (local, host) = text.rsplit_once('@').ok_or(BadText::NoAddress)?;
        if is_local(local) && is_host(host) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText::NoAddress)
        }
    }

    /// The address itself, for storing, sending and showing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same box in small letters, for finding whom it belongs to.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// What stands before the `@`, and the host.
    pub fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

/// Letters, digits and the signs of RFC 5322's atoms, with dots anywhere: some hosts gave out such addresses, and
/// mail reaches them in quotes.
fn is_local(local: &str) -> bool {
    (1..=MAX_LOCAL_BYTES).contains(&local.len())
        && local
            .chars()
            .all(|c| is_letter(c) || "!#$%&'*+-/=?^_`{|}~.".contains(c))
}

/// At least two labels of letters, digits and hyphens; the last is no number.
fn is_host(host: &str) -> bool {
    let label = |it: &str| {
        (1..=MAX_LABEL_BYTES).contains(&it.len())
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it.chars().all(|c| is_letter(c) || c == '-')
    };
    host.split_once('.').is_some()
        && host.split('.').all(label)
        && !host
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || joins(c)
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress")
    }
}

impl TryFrom<String> for MailAddress {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        Self::new(&text)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}
