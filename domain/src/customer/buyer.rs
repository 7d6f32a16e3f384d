//! Who buys and where: the data that must be complete before "Order now".

use super::{
    address::{Address, MAX_FIELD_CHARS, Names, optional},
    postal::Parts,
};
use crate::{
    field::FieldError,
    phone,
    text::{self, BadText, MailAddress},
};
use serde::{Deserialize, Serialize};

/// The address's fields in the form of an offer.
const ADDRESS: Names = Names {
    country: "buyer.address.country",
    street: "buyer.address.street",
    line2: "buyer.address.line2",
    postal_code: "buyer.address.postal_code",
    city: "buyer.address.city",
    state: "buyer.address.state",
};

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
        let mut take = |field, read: Result<String, BadText>| {
            read.map_err(|bad| errors.push(bad.at(field)))
                .unwrap_or_default()
        };
        let data = Self {
            name: take("buyer.name", text::name(&self.name, MAX_FIELD_CHARS)),
            company: optional(self.company.as_deref(), text::name)
                .map(|it| take("buyer.company", it)),
            email: take("buyer.email", email(&self.email)),
            phone: optional(self.phone.as_deref(), |text, _| phone::shape(text))
                .map(|it| take("buyer.phone", it)),
            address: self.address.checked(&ADDRESS, &mut errors),
        };
        if errors.is_empty() {
            Ok(data)
        } else {
            Err(errors)
        }
    }

    /// What the address as it is typed so far must and may hold.
    pub fn parts(&self) -> Parts {
        self.address.parts()
    }

    /// The data with what is known of the buyer: its address, and of the rest what is not typed yet.
    #[must_use]
    pub fn filled(self, known: &Self) -> Self {
        let text = |typed: String, known: &String| {
            if typed.trim().is_empty() {
                known.clone()
            } else {
                typed
            }
        };
        let optional = |typed: Option<String>, known: &Option<String>| {
            typed
                .filter(|it| !it.trim().is_empty())
                .or_else(|| known.clone())
        };
        Self {
            name: text(self.name, &known.name),
            company: optional(self.company, &known.company),
            email: text(self.email, &known.email),
            phone: optional(self.phone, &known.phone),
            address: known.address.clone(),
        }
    }

    /// Who buys and where, line by line, without those that are empty; the country's code is the last.
    pub fn lines(&self) -> Vec<String> {
        let own = [
            self.name.as_str(),
            self.company.as_deref().unwrap_or_default(),
        ];
        own.iter()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .chain(self.address.lines())
            .collect()
    }

    /// The code of the address's country, as it is typed so far.
    pub fn country(&self) -> String {
        self.address.country()
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
            address: self.address.unfinished(),
        }
    }
}

fn email(text: &str) -> Result<String, BadText> {
    MailAddress::new(text).map(String::from)
}
