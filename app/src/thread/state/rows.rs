//! The list of threads.

use crate::load::Load;
use jiff::Timestamp;
use leptos::prelude::*;
use orderline_domain::{
    ids::{CallId, ThreadId, UserId},
    people::side::Side,
    thread::EventBody,
};
use orderline_protocol::{
    call::CallView,
    calling::CallingView,
    http::ThreadList,
    page::PageCursor,
    person::Person,
    thread::{EventView, StateView, ThreadSummary},
};
use std::{cmp::Reverse, collections::HashMap};

/// The row of one thread; nothing while the list does not hold the thread.
pub type Row = RwSignal<Option<ThreadRow>>;

/// The list, a signal a row: what happens in one thread draws its row alone. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Threads {
    pub load: RwSignal<Load>,
    /// Where the threads begin that were not fetched yet.
    pub next: RwSignal<Option<PageCursor>>,
    pub fetching_older: RwSignal<bool>,
    /// The threads that are held, the one with the latest event first.
    order: RwSignal<Vec<ThreadId>>,
    rows: StoredValue<HashMap<ThreadId, Row>>,
    /// Rows made here live as long as the page, whichever component asks for them first.
    owner: StoredValue<Owner>,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadRow {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    pub last: Option<EventView>,
    pub seq: i64,
    pub unread: i64,
    /// The call that lives here.
    pub call: Option<CallView>,
    /// The call that was over last: news of it that come late do not bring it back.
    pub over: Option<CallId>,
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
            over: None,
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

    /// Takes a call's state unless it is older than what is held, or of an earlier call.
    pub fn take_call(&mut self, call: CallView) {
        let older = self.over == Some(call.call)
            || self.call.as_ref().is_some_and(|held| {
                if held.call == call.call {
                    held.version > call.version
                } else {
                    held.ringing_since > call.ringing_since
                }
            });
        if older {
            return;
        }
        if call.phase.is_live() {
            self.call = Some(call);
        } else {
            self.over = Some(call.call);
            self.call = None;
        }
    }

    /// Takes how the thread stands to calls, unless that is older than what is held.
    pub fn take_calling(&mut self, calling: &CallingView) {
        if calling.version >= self.calling.version {
            self.calling.clone_from(calling);
        }
    }

    /// Takes what was missed.
    pub fn take_state(&mut self, state: &StateView) {
        if let Some(call) = &state.call {
            self.take_call(call.clone());
        }
        if let Some(order) = &state.order {
            self.order_number = Some(order.number.clone());
        }
        self.take_calling(&state.calling);
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

impl Default for Threads {
    fn default() -> Self {
        Self {
            load: RwSignal::new(Load::Loading),
            next: RwSignal::new(None),
            fetching_older: RwSignal::new(false),
            order: RwSignal::new(Vec::new()),
            rows: StoredValue::new(HashMap::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }
}

impl Threads {
    /// The row of this thread; follows its changes, also when the list comes to hold it only later.
    pub fn row(self, thread: ThreadId) -> Row {
        if let Some(row) = self.rows.with_value(|rows| rows.get(&thread).copied()) {
            return row;
        }
        let row = self
            .owner
            .with_value(|owner| owner.with(|| RwSignal::new(None)));
        self.rows.update_value(|rows| {
            rows.insert(thread, row);
        });
        row
    }

    /// The threads that are held, the one with the latest event first.
    pub fn order(self) -> Signal<Vec<ThreadId>> {
        self.order.into()
    }

    /// Holds exactly these rows from now on.
    pub fn replace(self, rows: Vec<ThreadRow>) {
        let held = self.order.get_untracked();
        for gone in held
            .iter()
            .filter(|held| rows.iter().all(|row| row.thread != **held))
        {
            self.row(*gone).set(None);
        }
        self.order.set(rows.iter().map(|row| row.thread).collect());
        for row in rows {
            self.row(row.thread).set(Some(row));
        }
        self.sort();
    }

    /// Holds this row too.
    pub fn insert(self, row: ThreadRow) {
        let thread = row.thread;
        self.row(thread).set(Some(row));
        self.order.update(|order| order.push(thread));
        self.sort();
    }

    /// Changes a row that is held.
    pub fn update(self, thread: ThreadId, change: impl FnOnce(&mut ThreadRow)) {
        let row = self.row(thread);
        let Some(before) = row.with_untracked(|row| row.as_ref().map(ThreadRow::last_at)) else {
            return;
        };
        row.update(|row| {
            if let Some(row) = row {
                change(row);
            }
        });
        if row.with_untracked(|row| row.as_ref().map(ThreadRow::last_at)) != Some(before) {
            self.sort();
        }
    }

    /// Takes the next page of the list. What is there already is newer than the page.
    pub fn take_older(self, page: ThreadList) {
        for it in page.items {
            if self.row(it.thread).with_untracked(Option::is_none) {
                self.insert(it.into());
            }
        }
        self.next.set(page.next);
    }

    /// Puts the thread with the latest event first.
    fn sort(self) {
        let mut order = self.order.get_untracked();
        order.sort_by_cached_key(|thread| {
            Reverse(
                self.row(*thread)
                    .with_untracked(|row| row.as_ref().map(ThreadRow::last_at)),
            )
        });
        if self.order.with_untracked(|held| *held != order) {
            self.order.set(order);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_domain::{call::mode::RecordWhen, people::roles::Role, text::MessageText};
    use orderline_protocol::call::{CallPhase, ModeView, RecordingNotice};
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(n))
    }

    fn row_thread() -> ThreadId {
        ThreadId::from_uuid(Uuid::from_u128(1))
    }

    fn notice() -> RecordingNotice {
        RecordingNotice {
            policy: "DE".to_owned(),
            version: 1,
            language: "en".to_owned(),
            wording: String::new(),
            wording_hash: String::new(),
            kept_days: 1,
            when: RecordWhen::Never,
            may_refuse: true,
            contractual_partner: String::new(),
        }
    }

    fn row() -> ThreadRow {
        ThreadRow {
            thread: row_thread(),
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
            over: None,
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

    #[test]
    fn late_news_of_a_call_that_is_over_do_not_bring_it_back() {
        let mut row = row();
        let call = |id: u128, since: i64, version, phase| {
            let person = |n| Person {
                user: user(n),
                name: String::new(),
                role: Role::Buyer,
            };
            CallView {
                call: CallId::from_uuid(Uuid::from_u128(id)),
                thread: row_thread(),
                phase,
                version,
                caller: person(1),
                callee: person(2),
                ringing_since: Timestamp::from_second(since).expect("a time"),
                rings_until: Timestamp::UNIX_EPOCH,
                started_at: None,
                ended_at: None,
                duration_ms: None,
                end_reason: None,
                mode: ModeView::Private,
                notice: notice(),
                recording_since: None,
                sellers: None,
            }
        };
        row.take_call(call(1, 10, 3, CallPhase::Active));
        row.take_call(call(1, 10, 2, CallPhase::Ringing));
        assert_eq!(row.call.as_ref().map(|it| it.version), Some(3));
        row.take_call(call(1, 10, 4, CallPhase::Ended));
        row.take_call(call(1, 10, 3, CallPhase::Active));
        assert_eq!(row.call, None);
        row.take_call(call(2, 20, 1, CallPhase::Ringing));
        row.take_call(call(1, 10, 4, CallPhase::Ended));
        assert_eq!(row.call.as_ref().map(|it| it.version), Some(1));
    }

    #[test]
    fn the_newest_word_on_who_may_call_wins() {
        let mut row = row();
        let closed = |version, closed| CallingView {
            version,
            closed,
            ..CallingView::default()
        };
        row.take_calling(&closed(5, true));
        row.take_calling(&closed(4, false));
        assert!(row.calling.closed);
        row.take_calling(&closed(6, false));
        assert!(!row.calling.closed);
    }
}
