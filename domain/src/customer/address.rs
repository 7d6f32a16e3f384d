//! A postal address, held against what its country asks for.

use super::postal::{self, Need, Parts};
use crate::{
    country::is_country,
    field::FieldError,
    text::{self, BadText},
};
use serde::{Deserialize, Serialize};

/// Longest text in one field of an address or of the buyer's data, in characters.
pub const MAX_FIELD_CHARS: usize = 200;

/// A postal address. Mandatory for every kind of product, also for what is never shipped; of which parts it consists
/// its country decides ([`postal::parts`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    pub street: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub postal_code: String,
    pub city: String,
    /// State, province, emirate or prefecture, where addresses have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// ISO 3166-1 alpha-2, upper case. Any country: sales restrictions do not apply to phone sales.
    pub country: String,
}

/// What the fields are called in the form that asks for them.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    pub country: &'static str,
    pub street: &'static str,
    pub line2: &'static str,
    pub postal_code: &'static str,
    pub city: &'static str,
    pub state: &'static str,
}

impl Address {
    /// The address with each field after its rule; what is missing or malformed becomes a complaint, in the order of the
    /// form.
    #[must_use]
    pub fn checked(&self, names: &Names, errors: &mut Vec<FieldError>) -> Self {
        let parts = self.parts();
        let mut take = |field, read: Result<String, BadText>| {
            read.map_err(|bad| errors.push(bad.at(field)))
                .unwrap_or_default()
        };
        Self {
            country: take(names.country, country(&self.country)),
            street: take(names.street, part(&self.street, MAX_FIELD_CHARS)),
            line2: optional(self.line2.as_deref(), text::line).map(|it| take(names.line2, it)),
            postal_code: take(
                names.postal_code,
                needed(&self.postal_code, parts.postal_code),
            ),
            city: take(names.city, needed(&self.city, parts.city)),
            state: optional(self.state.as_deref(), part).map(|it| take(names.state, it)),
        }
    }

    /// What the address as it is typed so far must and may hold: its country decides, and where the state may stand for
    /// the city, whether it does.
    pub fn parts(&self) -> Parts {
        let country = self.country();
        let state = optional(self.state.as_deref(), part);
        let mut parts = postal::parts(&country);
        if postal::state_stands_for_city(&country) && !matches!(state, Some(Ok(_))) {
            parts.city = Need::Required;
        }
        parts
    }

    /// Line by line, without those that are empty; the country's code is the last.
    pub fn lines(&self) -> Vec<String> {
        let place = format!("{} {}", self.postal_code.trim(), self.city.trim());
        let lines = [
            self.street.as_str(),
            self.line2.as_deref().unwrap_or_default(),
            place.as_str(),
            self.state.as_deref().unwrap_or_default(),
            self.country.as_str(),
        ];
        lines
            .iter()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The code of its country, as it is typed so far.
    pub fn country(&self) -> String {
        text::unfinished(&self.country).trim().to_ascii_uppercase()
    }

    /// The address in the middle of being typed: readable, not yet held against any rule.
    #[must_use]
    pub fn unfinished(&self) -> Self {
        let clean = |it: &String| text::unfinished(it);
        Self {
            street: clean(&self.street),
            line2: self.line2.as_ref().map(clean),
            postal_code: clean(&self.postal_code),
            city: clean(&self.city),
            state: self.state.as_ref().map(clean),
            country: clean(&self.country),
        }
    }
}

/// A part of an address says something: a dash is none.
fn part(text: &str, max: usize) -> Result<String, BadText> {
    text::name(text, max)
}

/// A part that must stand, or may be left empty.
fn needed(text: &str, need: Need) -> Result<String, BadText> {
    match part(text, MAX_FIELD_CHARS) {
        Err(BadText::Empty) if need != Need::Required => Ok(String::new()),
        read => read,
    }
}

/// The code of a country, in capitals.
pub(super) fn country(text: &str) -> Result<String, BadText> {
    let code = text::line(text, MAX_FIELD_CHARS)?.to_ascii_uppercase();
    if is_country(&code) {
        Ok(code)
    } else {
        Err(BadText::NoCountry)
    }
}

/// A field that may be left empty.
pub(super) fn optional(
    text: Option<&str>,
    rule: impl Fn(&str, usize) -> Result<String, BadText>,
) -> Option<Result<String, BadText>> {
    let read = rule(text?, MAX_FIELD_CHARS);
    (read != Err(BadText::Empty)).then_some(read)
}
