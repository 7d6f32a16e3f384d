//! A vendor's own record of somebody who buys.

use super::{address::country, search, tax};
use crate::{
    field::{FieldError, code, taken},
    language::{self, Language},
    people::person,
    phone,
    text::{self, MailAddress},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest name of a company, in characters.
pub const MAX_COMPANY_CHARS: usize = 200;
/// Longest notes, in characters.
pub const MAX_NOTES_CHARS: usize = 2_000;

/// Longest name of a group, in characters.
pub const MAX_GROUP_CHARS: usize = 60;
/// Groups that are offered to choose from.
pub const MAX_GROUPS: usize = 200;

/// Who buys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Person,
    Company,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Person, Self::Company];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
        }
    }

    /// The kind of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A record as it is typed; empty texts are fields that are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerData {
    pub kind: Kind,
    /// The person, or whom one speaks to at a company. Many people have one name alone.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What they read (BCP 47).
    pub language: String,
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// With the letters of its country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
    /// The vendor's own word for customers of one kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// They have agreed to be called.
    pub may_be_called: bool,
}

impl Default for CustomerData {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            name: String::new(),
            company: None,
            email: None,
            phone: None,
            language: Language::COMMON.tag().to_owned(),
            country: None,
            vat_id: None,
            tax_number: None,
            group: None,
            notes: None,
            may_be_called: false,
        }
    }
}

/// A record whose every field is after its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer(CustomerData);

impl Customer {
    /// Checks; all complaints at once, in the order of the form.
    pub fn new(typed: &CustomerData) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let home = typed
            .country
            .as_ref()
            .map(|it| it.trim().to_ascii_uppercase());
        let data = CustomerData {
            kind: typed.kind,
            name: taken(
                &mut errors,
                person::name(&typed.name).map_err(|bad| bad.at("name")),
            ),
            company: taken(&mut errors, company(typed)),
            email: taken(
                &mut errors,
                text::optional("email", typed.email.as_deref(), MailAddress::new),
            )
            .map(String::from),
            phone: taken(
                &mut errors,
                text::optional("phone", typed.phone.as_deref(), phone::shape),
            ),
            language: taken(&mut errors, read_language(&typed.language)),
            country: taken(
                &mut errors,
                text::optional("country", typed.country.as_deref(), country),
            ),
            vat_id: taken(
                &mut errors,
                text::optional("vat_id", typed.vat_id.as_deref(), |id| {
                    tax::vat_id(id, home.as_deref())
                }),
            ),
            tax_number: taken(
                &mut errors,
                text::optional("tax_number", typed.tax_number.as_deref(), |number| {
                    text::name(number, tax::MAX_TAX_NUMBER_CHARS)
                }),
            ),
            group: taken(
                &mut errors,
                text::optional("group", typed.group.as_deref(), |group| {
                    text::name(group, MAX_GROUP_CHARS)
                }),
            ),
            notes: taken(
                &mut errors,
                text::optional("notes", typed.notes.as_deref(), |notes| {
                    text::paragraph(notes, MAX_NOTES_CHARS)
                }),
            ),
            may_be_called: typed.may_be_called,
        };
        if errors.is_empty() {
            Ok(Self(data))
        } else {
            Err(errors)
        }
    }

    /// The record after an edit. The e-mail says who the person behind it is, so that it stays what it was.
    pub fn edited(&self, typed: &CustomerData) -> Result<Self, Vec<FieldError>> {
        let next = Self::new(typed)?;
        if next.email_folded() != self.email_folded() {
            return Err(vec![FieldError::new("email", code::FIXED)]);
        }
        Ok(next)
    }

    /// The record of somebody who has closed their account: how to reach them, and what was noted of them, is gone.
    #[must_use]
    pub fn without_contact(self) -> Self {
        Self(CustomerData {
            email: None,
            phone: None,
            vat_id: None,
            tax_number: None,
            notes: None,
            may_be_called: false,
            ..self.0
        })
    }

    pub const fn data(&self) -> &CustomerData {
        &self.0
    }

    /// The e-mail by which the person is found.
    pub fn email_folded(&self) -> Option<String> {
        self.0.email.as_ref().map(|email| email.to_lowercase())
    }

    /// What a search compares: name, company, e-mail and phone number.
    pub fn search_key(&self) -> String {
        let Self(data) = self;
        let rest = [&data.company, &data.email, &data.phone];
        let parts = std::iter::once(&data.name).chain(rest.into_iter().flatten());
        search::key(&parts.map(String::as_str).collect::<Vec<_>>().join(" "))
    }

    /// Since when they have agreed to be called, if they do: consent that goes on keeps its moment.
    pub fn call_consent(&self, before: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        self.0.may_be_called.then(|| before.unwrap_or(now))
    }
}

/// A company has a name; a person may belong to one.
fn company(typed: &CustomerData) -> Result<Option<String>, FieldError> {
    let name = |text: &str| text::name(text, MAX_COMPANY_CHARS);
    let company = typed.company.as_deref();
    match typed.kind {
        Kind::Company => name(company.unwrap_or_default())
            .map(Some)
            .map_err(|bad| bad.at("company")),
        Kind::Person => text::optional("company", company, name),
    }
}

fn read_language(tag: &str) -> Result<String, FieldError> {
    let tag = tag.trim();
    if tag.is_empty() {
        Err(FieldError::new("language", code::REQUIRED))
    } else if language::is_tag(tag) {
        Ok(tag.to_owned())
    } else {
        Err(FieldError::new("language", code::INVALID))
    }
}
