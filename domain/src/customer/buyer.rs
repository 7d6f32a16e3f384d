//! Who buys and where: the data that must be complete before "Order now".

use crate::{
    country::is_country,
    customer::postal::{self, Need, Parts},
    field::FieldError,
    phone,
    text::{self, BadText, MailAddress},
};
use serde::{Deserialize, Serialize};

/// Longest text in one field of the buyer's data, in characters.
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
    /// The data complete, each field after the rule of its purpose, or everything that is missing or malformed, in
    /// the order of the form.
    pub fn complete(&self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let address = &self.address;
        let parts = self.parts();
        let data = {
            let mut take = |field, read: Result<String, BadText>| {
                read.map_err(|bad| errors.push(bad.at(field)))
                    .unwrap_or_default()
            };
            Self {
                name: take("buyer.name", text::name(&self.name, MAX_FIELD_CHARS)),
                company: optional(self.company.as_deref(), text::name)
                    .map(|it| take("buyer.company", it)),
                email: take("buyer.email", email(&self.email)),
                phone: optional(self.phone.as_deref(), |text, _| phone::shape(text))
                    .map(|it| take("buyer.phone", it)),
                address: Address {
                    country: take("buyer.address.country", country(&address.country)),
                    street: take(
                        "buyer.address.street",
                        part(&address.street, MAX_FIELD_CHARS),
                    ),
                    line2: optional(address.line2.as_deref(), text::line)
                        .map(|it| take("buyer.address.line2", it)),
                    postal_code: take(
                        "buyer.address.postal_code",
                        needed(&address.postal_code, parts.postal_code),
                    ),
                    city: take("buyer.address.city", needed(&address.city, parts.city)),
                    state: optional(address.state.as_deref(), part)
                        .map(|it| take("buyer.address.state", it)),
                },
            }
        };
        if errors.is_empty() {
            Ok(data)
        } else {
            Err(errors)
        }
    }

    /// What the address as it is typed so far must and may hold: its country decides, and where the state may stand for
    /// the city, whether it does.
    pub fn parts(&self) -> Parts {
        let country = self.country();
        let state = optional(self.address.state.as_deref(), part);
        let mut parts = postal::parts(&country);
        if postal::state_stands_for_city(&country) && !matches!(state, Some(Ok(_))) {
            parts.city = Need::Required;
        }
        parts
    }

    /// Who buys and where, line by line, without those that are empty; the country's code is the last.
    pub fn lines(&self) -> Vec<String> {
        let address = &self.address;
        let place = format!("{} {}", address.postal_code.trim(), address.city.trim());
        let lines = [
            self.name.as_str(),
            self.company.as_deref().unwrap_or_default(),
            address.street.as_str(),
            address.line2.as_deref().unwrap_or_default(),
            place.as_str(),
            address.state.as_deref().unwrap_or_default(),
            address.country.as_str(),
        ];
        lines
            .iter()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The code of the address's country, as it is typed so far.
    pub fn country(&self) -> String {
        text::unfinished(&self.address.country)
            .trim()
            .to_ascii_uppercase()
    }

    /// The data in the middle of being typed: readable, not yet held against any rule.
    #[must_use]
    pub fn unfinished(&self) -> Self {
        let clean = |it: &String| text::unfinished(it);
        Self {
            name: clean(&self.name),
            company: self.company.as_ref().map(clean),
            email: clean(&self.email),
            phone: self.phone.as_ref().map(clean),
            address: Address {
                street: clean(&self.address.street),
                line2: self.address.line2.as_ref().map(clean),
                postal_code: clean(&self.address.postal_code),
                city: clean(&self.address.city),
                state: self.address.state.as_ref().map(clean),
                country: clean(&self.address.country),
            },
        }
    }
}

fn line(text: &str) -> Result<String, BadText> {
    text::line(text, MAX_FIELD_CHARS)
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
    let code = line(text)?.to_ascii_uppercase();
    if is_country(&code) {
        Ok(code)
    } else {
        Err(BadText::NoCountry)
    }
}

fn email(text: &str) -> Result<String, BadText> {
    MailAddress::new(text).map(String::from)
}

/// A field that may be left empty.
fn optional(
    text: Option<&str>,
    rule: impl Fn(&str, usize) -> Result<String, BadText>,
) -> Option<Result<String, BadText>> {
    let read = rule(text?, MAX_FIELD_CHARS);
    (read != Err(BadText::Empty)).then_some(read)
}
