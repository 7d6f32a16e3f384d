//! A thread as a person sees it: in the list, as it stands, and what its page shows beside the events.

use crate::{
    call::CallView, calling::CallingView, offer::OfferView, order::OrderView, person::Person,
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    thread::{EventBody, event::Event},
};
use serde::{Deserialize, Serialize};

/// One event of a thread, in the order of `seq` without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    pub seq: i64,
    pub at: Timestamp,
    /// `None` for what the system itself wrote.
    pub author: Option<UserId>,
    /// The command that made it, so that an optimistic line can be replaced by the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandId>,
    pub body: EventBody,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq,
            at: event.at,
            author: event.author,
            command: event.command,
            body: event.body,
        }
    }
}

/// A line of the thread list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadSummary {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    /// The last event, so that the list can show a line of it.
    pub last: Option<EventView>,
    pub seq: i64,
    /// Of its state; see [`StateView`].
    pub version: i64,
    /// Events after what this person has acknowledged.
    pub unread: i64,
    pub call: Option<CallView>,
    pub order_number: Option<String>,
    #[serde(default)]
    pub calling: CallingView,
}

/// A thread as it stands at `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadSnapshot {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    pub seq: i64,
    /// Of its state; see [`StateView`].
    pub version: i64,
    /// The latest events, oldest first.
    pub events: Vec<EventView>,
    /// Whether there are events before the first one here.
    pub earlier: bool,
    pub call: Option<CallView>,
    pub offer: Option<OfferView>,
    pub order: Option<OrderView>,
    #[serde(default)]
    pub calling: CallingView,
}

/// What a thread's page shows beside its events. Whoever does not hold this version is sent it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateView {
    pub thread: ThreadId,
    /// Grows with every change of anything in here.
    pub version: i64,
    /// The thread's last call, whether it lives or not.
    pub call: Option<CallView>,
    pub offer: Option<OfferView>,
    pub order: Option<OrderView>,
    pub calling: CallingView,
}
