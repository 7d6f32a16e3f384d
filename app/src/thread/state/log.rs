//! A thread's log as the page holds it: confirmed events in order, and messages on their way.

use jiff::Timestamp;
use orderline_domain::{
    ids::{CallId, CommandId, UserId},
    thread::EventBody,
};
use orderline_protocol::thread::EventView;
use std::{collections::BTreeMap, sync::Arc};

/// Events held per thread; older ones are let go and can be loaded again.
pub const MAX_EVENTS: usize = 3_000;
/// Messages of one person closer than this stand together, in seconds.
const TOGETHER_SECONDS: i64 = 300;

/// A message that the server has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingMessage {
    pub id: CommandId,
    pub text: String,
    /// What went wrong, in the person's words; `None` while it is on its way.
    pub failed: Option<String>,
}

/// A calendar day: year, month, day.
pub type Day = (u32, u32, u32);

/// One line of the log, in the order in which it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    Day {
        day: Day,
        at: Timestamp,
    },
    Event {
        event: Arc<EventView>,
        continues: bool,
    },
    Pending(PendingMessage),
}

/// What makes a line the same line: an unchanged key is not drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKey {
    Day(Day),
    Event(i64, bool),
    Pending(CommandId, bool),
}

impl Line {
    /// The line's key.
    pub fn key(&self) -> LineKey {
        match self {
            Self::Day { day, .. } => LineKey::Day(*day),
            Self::Event { event, continues } => LineKey::Event(event.seq, *continues),
            Self::Pending(message) => LineKey::Pending(message.id, message.failed.is_some()),
        }
    }
}

/// The log of one thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThreadLog {
    events: BTreeMap<i64, Arc<EventView>>,
    pending: Vec<PendingMessage>,
    /// Whether the server holds events before the first one here.
    pub earlier: bool,
}

impl ThreadLog {
    /// Takes confirmed events, in any order, any number of times.
    pub fn insert(&mut self, events: impl IntoIterator<Item = EventView>) {
        for event in events {
            if let Some(command) = event.command {
                self.pending.retain(|message| message.id != command);
            }
            self.events.insert(event.seq, Arc::new(event));
        }
        while self.events.len() > MAX_EVENTS {
            self.events.pop_first();
            self.earlier = true;
        }
    }

    /// Replaces everything by a snapshot when it does not join what is held; else adds to it.
    pub fn take_snapshot(&mut self, events: Vec<EventView>, earlier: bool) {
        let first = events.first().map_or(i64::MAX, |event| event.seq);
        let joins = self.last_seq() + 1 >= first && !self.events.is_empty();
        let held_first = self.first_seq();
        if !joins {
            self.events.retain(|seq, _| *seq > first);
        }
        self.insert(events);
        if !joins || held_first.is_none_or(|held| first <= held) {
            self.earlier = earlier;
        }
    }

    /// A message was written.
    pub fn send(&mut self, message: PendingMessage) {
        self.pending.retain(|known| known.id != message.id);
        self.pending.push(message);
    }

    /// The message could not be sent; it stays, with the reason.
    pub fn fail(&mut self, id: CommandId, why: String) {
        if let Some(message) = self.pending.iter_mut().find(|message| message.id == id) {
            message.failed = Some(why);
        }
    }

    /// The person tries again; gives the text to send.
    pub fn retry(&mut self, id: CommandId) -> Option<String> {
        let message = self.pending.iter_mut().find(|message| message.id == id)?;
        message.failed = None;
        Some(message.text.clone())
    }

    /// The person lets a failed message go.
    pub fn discard(&mut self, id: CommandId) {
        self.pending.retain(|message| message.id != id);
    }

    /// The number of the first event held.
    pub fn first_seq(&self) -> Option<i64> {
        self.events.keys().next().copied()
    }

    /// The number of the last event held; 0 for none.
    pub fn last_seq(&self) -> i64 {
        self.events.keys().next_back().copied().unwrap_or(0)
    }

    /// The event of this call's end.
    pub fn end_of(&self, call: CallId) -> Option<&EventView> {
        let ended = |event: &&Arc<EventView>| matches!(event.body, EventBody::CallEnded { call: it, .. } if it == call);
        self.events.values().rev().find(ended).map(AsRef::as_ref)
    }

    /// The number of the last event that says what became of a call.
    pub fn last_of_calls(&self) -> Option<i64> {
        let mut events = self.events.values().rev();
        events
            .find(|event| {
                matches!(
                    event.body,
                    EventBody::CallStarted { .. }
                        | EventBody::CallEnded { .. }
                        | EventBody::CallMissed { .. }
                        | EventBody::CallDeclined { .. }
                        | EventBody::CallBusy { .. }
                        | EventBody::CallCancelled { .. }
                )
            })
            .map(|event| event.seq)
    }

    /// The lines to show: a separator before each day, messages of one person together, those on their way last.
    pub fn lines(&self, day_of: impl Fn(Timestamp) -> Day) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.events.len() + self.pending.len() + 4);
        let mut before: Option<(Day, &EventView)> = None;
        for event in self.events.values() {
            let day = day_of(event.at);
            if before.is_none_or(|(last, _)| last != day) {
                lines.push(Line::Day { day, at: event.at });
                before = None;
            }
            let continues = before.is_some_and(|(_, last)| stands_together(last, event));
            lines.push(Line::Event {
                event: Arc::clone(event),
                continues,
            });
            before = Some((day, event));
        }
        lines.extend(self.pending.iter().cloned().map(Line::Pending));
        lines
    }

    /// How many events after `seq` somebody else than `me` caused.
    pub fn news_after(&self, seq: i64, me: UserId) -> usize {
        self.events
            .range(seq + 1..)
            .filter(|(_, event)| event.author != Some(me))
            .count()
    }
}

fn stands_together(last: &EventView, event: &EventView) -> bool {
    let both_messages = matches!(last.body, EventBody::MessageSent { .. })
        && matches!(event.body, EventBody::MessageSent { .. });
    both_messages
        && last.author == event.author
        && event.at.as_second().saturating_sub(last.at.as_second()) < TOGETHER_SECONDS
}

#[cfg(test)]
mod tests;
