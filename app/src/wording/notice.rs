//! What an event says, in its parts, and the words that every topic shares.

use crate::locale::t;
use orderline_domain::ids::UserId;
use orderline_protocol::{person::Person, thread::EventView};

/// How much an event asks for attention. The words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// Something good and final, such as an order.
    Good,
    /// Something is being recorded.
    Recorded,
    /// Needs a look.
    Warn,
}

impl Tone {
    /// The class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Recorded => "rec",
            Self::Warn => "warn",
        }
    }
}

/// An event that is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub what: String,
    pub more: Option<String>,
    pub tone: Tone,
}

/// The name of whoever caused the event.
pub fn author(event: &EventView, people: &[Person]) -> String {
    event
        .author
        .map_or_else(|| t("event.system"), |user| name_of(user, people))
}

/// The name of a person of the thread.
pub fn name_of(user: UserId, people: &[Person]) -> String {
    people
        .iter()
        .find(|person| person.user == user)
        .map_or_else(|| t("event.somebody"), |person| person.name.clone())
}
