//! The list of threads.

use crate::load::Load;
use jiff::Timestamp;
use orderline_domain::{
    ids::{ThreadId, UserId},
    thread::{EventBody, Side},
};
use orderline_protocol::{
    calling::CallingView,
    view::{CallView, EventView, Person, ThreadSummary},
};
use reactive_stores::Store;

/// The list as it is shown, the thread with the latest event first.
#[derive(Clone, Debug, Default, Store)]
pub struct Threads {
    #[store(key: ThreadId = |row| row.thread)]
    pub rows: Vec<ThreadRow>,
    pub load: Load,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Store)]
pub struct ThreadRow {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    pub last: Option<EventView>,
    pub seq: i64,
    pub unread: i64,
    pub call: Option<CallView>,
    pub order_number: Option<String>,
    pub online: Vec<UserId>,
    pub calling: CallingView,
}

impl From<ThreadSummary> for ThreadRow {
    fn from(it: ThreadSummary) -> Self {
        Self {
            thread: it.thread,
            title: it.title,
            people: it.people,
            last: it.last,
            seq: it.seq,
            unread: it.unread,
            call: it.call,
            order_number: it.order_number,
            online: Vec::new(),
            calling: it.calling,
        }
    }
}

impl ThreadRow {
    /// The person on the other side, from `me`; for those who only read along, the buyer.
    pub fn other(&self, me: UserId) -> Option<&Person> {
        other(&self.people, me)
    }

    /// Takes the next event. `seen` says that the person is looking at it.
    pub fn take(&mut self, event: EventView, me: UserId, seen: bool) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        if let EventBody::OrderPlaced { number, .. } = &event.body {
            self.order_number = Some(number.to_string());
        }
        if seen || event.author == Some(me) {
            self.unread = 0;
        } else {
            self.unread += 1;
        }
        self.last = Some(event);
    }

    /// Takes a call's state unless it is older than the one held.
    pub fn take_call(&mut self, call: CallView) {
        let older = self
            .call
            .as_ref()
            .is_some_and(|held| held.call == call.call && held.version > call.version);
        if !older {
            self.call = call.phase.is_live().then_some(call);
        }
    }

    /// When the last event happened, to order the list by.
    pub fn last_at(&self) -> Timestamp {
        self.last.as_ref().map_or(Timestamp::MIN, |event| event.at)
    }

    /// Whether this row has what was searched for: every word in a name, the title, the order's number or the
    /// last message.
    pub fn matches(&self, query: &str) -> bool {
        let mut hay = self.title.to_lowercase();
        for person in &self.people {
            hay.push('\n');
            hay.push_str(&person.name.to_lowercase());
        }
        if let Some(number) = &self.order_number {
            hay.push('\n');
            hay.push_str(number);
        }
        if let Some(EventView {
            body: EventBody::MessageSent { text },
            ..
        }) = &self.last
        {
            hay.push('\n');
            hay.push_str(&text.as_str().to_lowercase());
        }
        query
            .to_lowercase()
            .split_whitespace()
            .all(|word| hay.contains(word))
    }
}

/// The person across from `me`; for those who only read along, the buyer.
pub fn other(people: &[Person], me: UserId) -> Option<&Person> {
    let mine = people.iter().find(|person| person.user == me);
    let across = mine
        .map_or(Side::Reader, |mine| Side::of(mine.role))
        .across();
    // Of several sellers the one who came last is named first.
    people.iter().find(|person| Side::of(person.role) == across)
}

impl Threads {
    /// The row of this thread.
    pub fn row_mut(&mut self, thread: ThreadId) -> Option<&mut ThreadRow> {
        self.rows.iter_mut().find(|row| row.thread == thread)
    }

    /// Puts the thread with the latest event first.
    pub fn sort(&mut self) {
        self.rows
            .sort_by_key(|row| std::cmp::Reverse(row.last_at()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_domain::{people::roles::Role, thread::MessageText};
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(n))
    }

    fn row() -> ThreadRow {
        ThreadRow {
            thread: ThreadId::from_uuid(Uuid::from_u128(1)),
            title: "Question about Coaching Pro".to_owned(),
            people: vec![
                Person {
                    user: user(1),
                    name: "Mara König".to_owned(),
                    role: Role::Seller,
                },
                Person {
                    user: user(2),
                    name: "Jana Lind".to_owned(),
                    role: Role::Buyer,
                },
            ],
            last: None,
            seq: 4,
            unread: 0,
            call: None,
            order_number: Some("10491".to_owned()),
            online: Vec::new(),
            calling: CallingView::default(),
        }
    }

    fn message(seq: i64, author: u128) -> EventView {
        let text = MessageText::new("Six payments?").expect("a text");
        EventView {
            seq,
            at: Timestamp::UNIX_EPOCH,
            author: Some(user(author)),
            command: None,
            body: EventBody::MessageSent { text },
        }
    }

    #[test]
    fn search_looks_for_every_word_anywhere() {
        let mut row = row();
        row.take(message(5, 2), user(1), false);
        for query in ["", "jana", "KÖNIG pro", "10491", "six lind"] {
            assert!(row.matches(query), "{query}");
        }
        assert!(!row.matches("jana invoice"));
    }

    #[test]
    fn only_the_other_sides_unseen_events_count_as_unread() {
        let mut row = row();
        row.take(message(5, 2), user(1), false);
        row.take(message(5, 2), user(1), false);
        assert_eq!(row.unread, 1);
        row.take(message(6, 2), user(1), true);
        assert_eq!(row.unread, 0);
        row.take(message(7, 2), user(1), false);
        row.take(message(8, 1), user(1), false);
        assert_eq!(row.unread, 0, "who answers has read");
    }

    #[test]
    fn the_other_side_is_the_buyer_for_those_who_read_along() {
        let row = row();
        let name = |me| row.other(user(me)).map(|p| p.name.as_str());
        assert_eq!(
            (name(1), name(2), name(9)),
            (Some("Jana Lind"), Some("Mara König"), Some("Jana Lind"))
        );
    }
}
