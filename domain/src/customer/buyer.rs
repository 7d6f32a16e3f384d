//! Who buys and where: the data that must be complete before "Order now".

use crate::{
    country::is_country,
    field::{FieldError, code},
};
use serde::{Deserialize, Serialize};

/// Longest text in one field of the buyer's data, in characters.
pub const MAX_FIELD_CHARS: usize = 200;
/// Longest e-mail address, in bytes (RFC 5321's path without its brackets).
pub const MAX_EMAIL_BYTES: usize = 254;
/// Digits of a phone number (E.164 allows 15; 4 is the shortest seen).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 4..=15;

/// A postal address. Mandatory for every kind of product, also for what is never shipped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    pub street: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2, upper case. Any country: sales restrictions do not apply to phone sales.
    pub country: String,
}

/// The buyer as typed; empty texts are fields not yet filled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuyerData {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    pub address: Address,
}

impl BuyerData {
    /// The data trimmed and complete, or everything that is missing or malformed, in the order of the form.
    pub fn complete(&self) -> Result<Self, Vec<FieldError>> {
        let data = self.trimmed();
        let mut errors = Vec::new();
        let address = &data.address;
        for (field, text) in [
            ("buyer.name", Some(&data.name)),
            ("buyer.company", data.company.as_ref()),
            ("buyer.email", Some(&data.email)),
            ("buyer.phone", data.phone.as_ref()),
            ("buyer.address.street", Some(&address.street)),
            ("buyer.address.line2", address.line2.as_ref()),
            ("buyer.address.postal_code", Some(&address.postal_code)),
            ("buyer.address.city", Some(&address.city)),
            ("buyer.address.country", Some(&address.country)),
        ] {
            if let Some(text) = text
                && let Some(error) = complaint(field, text)
            {
                errors.push(error);
            }
        }
        if errors.is_empty() {
            Ok(data)
        } else {
            Err(errors)
        }
    }

    fn trimmed(&self) -> Self {
        let trim = |text: &String| text.trim().to_owned();
        let optional = |text: &Option<String>| text.as_ref().map(trim).filter(|it| !it.is_empty());
        Self {
            name: trim(&self.name),
            company: optional(&self.company),
            email: trim(&self.email),
            phone: optional(&self.phone),
            address: Address {
                street: trim(&self.address.street),
                line2: optional(&self.address.line2),
                postal_code: trim(&self.address.postal_code),
                city: trim(&self.address.city),
                country: trim(&self.address.country).to_ascii_uppercase(),
            },
        }
    }
}

fn complaint(field: &'static str, text: &str) -> Option<FieldError> {
    if text.is_empty() {
        return Some(FieldError::new(field, code::REQUIRED));
    }
    if text.chars().count() > MAX_FIELD_CHARS {
        return Some(FieldError::new(field, code::TOO_LONG).with("max", &MAX_FIELD_CHARS));
    }
    let well_formed = match field {
        "buyer.email" => is_email(text),
        "buyer.phone" => is_phone(text),
        "buyer.address.country" => is_country(text),
        _ => !text.chars().any(char::is_control),
    };
    (!well_formed).then(|| FieldError::new(field, code::INVALID))
}

/// The shape of an address that mail can be sent to; whether it arrives only sending shows.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.len() <= MAX_EMAIL_BYTES
        && !local.is_empty()
        && !local.contains('@')
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ','))
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

/// The shape of a phone number; the server's number plan decides further.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    PHONE_DIGITS.contains(&digits)
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')'))
}
