//! Contact stays here (CU9): phone numbers, mail addresses and ways into other call and chat services are noticed
//! in what people write. Pure matching; prices, dates, order numbers and bank accounts are left alone.

mod dates;
mod fold;
mod links;
mod phones;
mod references;

use crate::{
    field::{FieldCode, FieldError, code},
    thread::EventBody,
};
use fold::Folded;
use serde::{Deserialize, Serialize};

/// Finds in one text; whoever pastes a list is told of the first ones.
pub const MAX_FOUND: usize = 20;

/// What a vendor does about contact that leads away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactPolicy {
    Off,
    /// The message goes; the sender is told why contact stays here.
    #[default]
    Warn,
    /// The message does not go; the sender keeps the text.
    Block,
}

impl ContactPolicy {
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Block];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// The policy of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What kind of contact was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Phone,
    Email,
    /// A link or address of another call, chat or scheduling service.
    Service,
}

impl ContactKind {
    /// The name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Service => "service",
        }
    }

    /// The complaint about a text that holds it.
    const fn code(self) -> FieldCode {
        match self {
            Self::Phone => code::CONTACT_PHONE,
            Self::Email => code::CONTACT_EMAIL,
            Self::Service => code::CONTACT_SERVICE,
        }
    }
}

/// The kinds of contact that a text holds, each once, in a fixed order.
pub fn kinds(text: &str) -> Vec<ContactKind> {
    let mut kinds: Vec<ContactKind> = find(text).into_iter().map(|it| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A stretch of the text that is contact, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: ContactKind,
    pub start: usize,
    pub end: usize,
}

/// What a text holds, in order; at most [`MAX_FOUND`].
pub fn find(text: &str) -> Vec<Found> {
    let folded = Folded::of(text);
    let mut found = links::find(&folded);
    let taken = found.clone();
    found.extend(phones::find(&folded).into_iter().filter(|it| {
        taken
            .iter()
            .all(|other| it.end <= other.start || it.start >= other.end)
    }));
    found.sort_unstable_by_key(|it| it.start);
    let mut before = 0;
    for it in &mut found {
        let (start, end) = folded.origin(it.start, it.end);
        // Two that share one written sign are told apart by where the first ends.
        (it.start, it.end) = (start.max(before), end);
        before = before.max(end);
    }
    found.retain(|it| it.start < it.end);
    found.truncate(MAX_FOUND);
    found
}

/// What is wrong with a text in this field, where contact stays here.
pub fn complaints(field: &'static str, text: &str) -> Vec<FieldError> {
    kinds(text)
        .into_iter()
        .map(|kind| FieldError::new(field, kind.code()))
        .collect()
}

/// An event that may be written: what its author wrote for the other side was held against the vendor's policy. Nothing
/// else gets into a thread.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a>(&'a EventBody);

impl<'a> Passed<'a> {
    /// What stops the event under the strictest policy; with nothing in the way the policy need not be read.
    pub fn look(body: &'a EventBody) -> Result<Self, Vec<FieldError>> {
        let errors = body
            .words()
            .map_or_else(Vec::new, |(field, text)| complaints(field, text));
        if errors.is_empty() {
            Ok(Self(body))
        } else {
            Err(errors)
        }
    }

    /// The event under the vendor's policy.
    pub fn under(policy: ContactPolicy, body: &'a EventBody) -> Result<Self, Vec<FieldError>> {
        match policy {
            ContactPolicy::Block => Self::look(body),
            ContactPolicy::Warn | ContactPolicy::Off => Ok(Self(body)),
        }
    }

    /// The event itself.
    pub const fn body(self) -> &'a EventBody {
        self.0
    }
}
