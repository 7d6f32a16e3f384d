//! Threads and their logs, kept up to date by the socket: the store that every page shares.

use super::{
    elsewhere::{self, Elsewhere},
    log::PendingMessage,
    refetch::{self, Next},
    rows::{Row, ThreadRow, Threads},
    thread::{TYPING_MS, ThreadState, ThreadStateStoreFields},
};
use crate::{
    api::{self, Failure},
    browser,
    load::Load,
    locale,
    people::session::Session,
    realtime::{Client, News},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    thread::EventBody,
    vendor::function::Function,
};
use orderline_protocol::{
    call::CallView,
    socket::{ClientSignal, Command, CommandResult, Cursor, ServerSignal},
    thread::ThreadSnapshot,
};
use reactive_stores::Store;
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// Events fetched at a time when the person looks further back.
const EARLIER_EVENTS: u32 = 100;
/// A typing signal is sent at most this often, in milliseconds.
const TYPING_EVERY_MS: u64 = 2_500;

/// The shared store. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Workspace {
    pub session: Session,
    pub client: Client,
    pub threads: Threads,
    /// With other vendors than the page's.
    pub elsewhere: Elsewhere,
    opened: StoredValue<HashMap<ThreadId, Store<ThreadState>>>,
    /// Stores made here live as long as the page, whichever component asks for them first.
    owner: StoredValue<Owner>,
    typed_at: StoredValue<u64>,
    /// Threads that could not be fetched; the next connection tries again.
    unfetched: StoredValue<BTreeSet<ThreadId>>,
}

impl Workspace {
    /// The workspace of the signed-in person; not yet connected.
    pub fn new(session: Session) -> Self {
        Self {
            session,
            client: Client::new(session.user()),
            threads: Threads::default(),
            elsewhere: Elsewhere::default(),
            opened: StoredValue::new(HashMap::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            typed_at: StoredValue::new(0),
            unfetched: StoredValue::new(BTreeSet::new()),
        }
    }

    /// The workspace that the page runs in.
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// Fetches the list, connects and keeps everything up to date from then on.
    pub fn start(self) {
        elsewhere::start(self.session, self.elsewhere);
        self.client.listen(move |news| self.hear(news));
        for left in self.client.left_over() {
            self.send(left.thread, left.id, left.text);
        }
        spawn_local(async move {
            self.fetch_threads().await;
            self.client.start();
        });
    }

    /// Fetches the list of threads (again).
    pub async fn fetch_threads(self) {
        let load = match api::threads(None).await {
            Ok(list) => {
                let me = self.session.user();
                for it in list
                    .items
                    .iter()
                    .filter(|it| it.people.iter().any(|person| person.user == me))
                {
                    self.client.follow(Cursor {
                        thread: it.thread,
                        seq: it.seq,
                        state: it.version,
                    });
                }
                let rows: Vec<ThreadRow> = list.items.into_iter().map(ThreadRow::from).collect();
                self.threads.replace(rows);
                self.threads.next.set(list.next);
                Load::Ready
            }
            Err(failure) => Load::Failed(failure),
        };
        self.threads.load.set(load);
    }

    /// Fetches the threads that come after those in the list. They are not followed by name: a participant hears of
    /// each of them, and what is opened is followed.
    pub fn fetch_older_threads(self) {
        let (Some(after), false) = (
            self.threads.next.get_untracked(),
            self.threads.fetching_older.get_untracked(),
        ) else {
            return;
        };
        self.threads.fetching_older.set(true);
        spawn_local(async move {
            if let Ok(list) = api::threads(Some(after)).await {
                self.threads.take_older(list);
            }
            self.threads.fetching_older.set(false);
        });
    }

    /// The state of a thread, fetched when it was not yet.
    pub fn open(self, thread: ThreadId) -> Store<ThreadState> {
        let known = self
            .opened
            .with_value(|opened| opened.contains_key(&thread));
        let state = self.state(thread);
        if !known || matches!(state.load().get_untracked(), Load::Failed(_)) {
            state.load().set(Load::Loading);
            self.fetch(thread);
        }
        state
    }

    fn state(self, thread: ThreadId) -> Store<ThreadState> {
        if let Some(state) = self
            .opened
            .with_value(|opened| opened.get(&thread).copied())
        {
            return state;
        }
        let state = self
            .owner
            .with_value(|owner| owner.with(|| Store::new(ThreadState::default())));
        self.opened.update_value(|opened| {
            opened.insert(thread, state);
        });
        state
    }

    fn fetch(self, thread: ThreadId) {
        self.fetch_again(thread, 0);
    }

    fn fetch_again(self, thread: ThreadId, attempt: u32) {
        spawn_local(async move {
            match api::thread(thread).await {
                Ok(snapshot) => self.client.fetched(snapshot),
                Err(failure) => self.not_fetched(thread, attempt, failure),
            }
        });
    }

    fn not_fetched(self, thread: ThreadId, attempt: u32, failure: Failure) {
        let next = refetch::next(&failure, attempt, browser::random_u64());
        let state = self.state(thread);
        if state.load().get_untracked() != Load::Ready {
            state.load().set(Load::Failed(failure));
        }
        match next {
            Next::After(ms) => set_timeout(
                move || self.fetch_again(thread, attempt + 1),
                Duration::from_millis(ms),
            ),
            Next::Later => self.unfetched.update_value(|unfetched| {
                unfetched.insert(thread);
            }),
            Next::Never => {}
            Next::Reload => self.client.page_is_old(),
        }
    }

    /// Fetches what came before the first event held.
    pub fn fetch_earlier(self, thread: ThreadId) {
        let state = self.state(thread);
        let first = state.log().read_untracked().first_seq();
        let (Some(first), false) = (first, state.loading_earlier().get_untracked()) else {
            return;
        };
        state.loading_earlier().set(true);
        spawn_local(async move {
            if let Ok(page) = api::events(thread, first, EARLIER_EVENTS).await {
                state.log().update(|log| {
                    log.insert(page.events);
                    log.earlier = page.earlier;
                });
            }
            state.loading_earlier().set(false);
        });
    }

    /// Sends a message: it stands in the log at once and says when it could not be sent.
    pub fn send_message(self, thread: ThreadId, text: String) {
        self.send(thread, CommandId::from_uuid(browser::random_uuid()), text);
    }

    /// Sends a failed message again, under the same id.
    pub fn retry(self, thread: ThreadId, id: CommandId) {
        let text = self
            .state(thread)
            .log()
            .try_update(|log| log.retry(id))
            .flatten();
        if let Some(text) = text {
            self.send(thread, id, text);
        }
    }

    /// Lets a failed message go.
    pub fn discard(self, thread: ThreadId, id: CommandId) {
        self.state(thread).log().update(|log| log.discard(id));
    }

    fn send(self, thread: ThreadId, id: CommandId, text: String) {
        let known = self
            .opened
            .with_value(|opened| opened.contains_key(&thread));
        let state = self.state(thread);
        if !known {
            self.fetch(thread);
        }
        state.log().update(|log| {
            log.send(PendingMessage {
                id,
                text: text.clone(),
                failed: None,
            });
        });
        let sent = self
            .client
            .send_command_as(id, Command::SendMessage { thread, text });
        spawn_local(async move {
            match sent.await {
                CommandResult::Failed { problem } => {
                    let why = locale::problem_text(&Failure::Problem(problem));
                    state.log().update(|log| log.fail(id, why));
                }
                // The event takes the line's place. Where it came before, nothing is left to do.
                CommandResult::Done { .. }
                | CommandResult::Call { .. }
                | CommandResult::Offer { .. }
                | CommandResult::Order { .. }
                | CommandResult::Policy { .. }
                | CommandResult::Saved { .. } => {}
            }
        });
    }

    /// The person is typing; the other side is told, now and then.
    pub fn typing(self, thread: ThreadId) {
        let now = browser::steady_ms();
        if now.saturating_sub(self.typed_at.get_value()) >= TYPING_EVERY_MS {
            self.typed_at.set_value(now);
            self.client.signal(ClientSignal::Typing { thread });
        }
    }

    /// The person has seen everything up to `seq`.
    pub fn seen(self, thread: ThreadId, seq: i64) {
        let unread = self.row(thread).is_some_and(|row| row.unread > 0);
        if unread {
            self.client.ack(thread, seq);
            self.update_row(thread, |row| row.unread = 0);
        }
    }

    /// The list's row of a thread as it stands, without subscribing.
    pub fn row(self, thread: ThreadId) -> Option<ThreadRow> {
        self.threads.row(thread).get_untracked()
    }

    /// The list's row of a thread; follows its changes.
    pub fn row_signal(self, thread: ThreadId) -> Row {
        self.threads.row(thread)
    }

    /// Whether the vendor can use this function in its threads; follows its changes.
    pub fn can_use(self, thread: ThreadId, function: Function) -> Memo<bool> {
        let row = self.row_signal(thread);
        Memo::new(move |_| {
            row.with(|row| {
                let row = row.as_ref();
                row.is_none_or(|row| !row.calling.off.has(function))
            })
        })
    }

    fn update_row(self, thread: ThreadId, change: impl FnOnce(&mut ThreadRow)) {
        self.threads.update(thread, change);
    }

    fn hear(self, news: &News) {
        match news {
            News::Welcome { calls } => self.welcome(calls),
            News::Event { thread, event } => {
                let me = self.session.user();
                let looking = self
                    .session
                    .route()
                    .with_untracked(|route| route.thread() == Some(*thread))
                    && browser::page_visible();
                self.update_row(*thread, |row| row.take(event.clone(), me, looking));
                if let Some(state) = self.opened.with_value(|opened| opened.get(thread).copied()) {
                    state.log().update(|log| log.insert([event.clone()]));
                    if state
                        .typing()
                        .get_untracked()
                        .is_some_and(|(user, _)| Some(user) == event.author)
                    {
                        state.typing().set(None);
                    }
                }
                // Somebody came to the thread, or it is new to this page: it, and who takes part, is read.
                if matches!(event.body, EventBody::CallJoined { .. }) || self.row(*thread).is_none()
                {
                    self.fetch(*thread);
                }
                if looking && event.author != Some(me) {
                    self.client.ack(*thread, event.seq);
                }
            }
            News::State(state) => self.update_row(state.thread, |row| row.take_state(state)),
            News::Signal(signal) => self.signal(signal),
            News::Snapshot(snapshot) => self.snapshot(snapshot),
            News::Refetch { thread } => self.fetch(*thread),
        }
    }

    fn welcome(self, calls: &[CallView]) {
        if matches!(self.threads.load.get_untracked(), Load::Failed(_)) {
            spawn_local(self.fetch_threads());
        }
        let unfetched = self.unfetched.try_update_value(std::mem::take);
        for thread in unfetched.into_iter().flatten() {
            self.fetch(thread);
        }
        let me = self.session.user();
        for thread in self.threads.order().get_untracked() {
            // What others are in comes with the thread's state.
            let row = self.row(thread);
            let own = |row: &ThreadRow| row.call.as_ref().is_some_and(|call| call.has(me));
            if row.as_ref().is_some_and(own) {
                self.update_row(thread, |row| row.call = None);
            }
        }
        for call in calls {
            self.update_row(call.thread, |row| row.take_call(call.clone()));
        }
    }

    fn signal(self, signal: &ServerSignal) {
        match signal {
            ServerSignal::Typing { thread, user } if *user != self.session.user() => {
                let Some(state) = self.opened.with_value(|opened| opened.get(thread).copied())
                else {
                    return;
                };
                let until = browser::steady_ms() + TYPING_MS;
                state.typing().set(Some((*user, until)));
                set_timeout(
                    move || {
                        if state
                            .typing()
                            .get_untracked()
                            .is_some_and(|(_, held)| held <= browser::steady_ms())
                        {
                            state.typing().set(None);
                        }
                    },
                    Duration::from_millis(TYPING_MS + 50),
                );
            }
            ServerSignal::Presence { thread, online } => {
                self.update_row(*thread, |row| row.online.clone_from(online));
            }
            ServerSignal::Call { call } => {
                self.update_row(call.thread, |row| row.take_call((**call).clone()));
            }
            ServerSignal::Order { thread, order } => {
                self.update_row(*thread, |row| row.order_number = Some(order.number.clone()));
            }
            ServerSignal::Calling { thread, calling } => {
                self.update_row(*thread, |row| row.take_calling(calling));
            }
            ServerSignal::Typing { .. }
            | ServerSignal::Draft { .. }
            | ServerSignal::DraftRefused { .. }
            | ServerSignal::DraftUnsaved { .. }
            | ServerSignal::Reminder { .. }
            | ServerSignal::CallBacks
            | ServerSignal::Offer { .. }
            | ServerSignal::HandOver { .. } => {}
        }
    }

    fn snapshot(self, it: &ThreadSnapshot) {
        let state = self.state(it.thread);
        state.title().set(it.title.clone());
        state.people().set(it.people.clone());
        state
            .log()
            .update(|log| log.take_snapshot(it.events.clone(), it.earlier));
        state.load().set(Load::Ready);
        let known = self.row(it.thread).is_some();
        if known {
            self.update_row(it.thread, |row| {
                row.people.clone_from(&it.people);
                match &it.call {
                    Some(call) => row.take_call(call.clone()),
                    None => row.call = None,
                }
                row.take_calling(&it.calling);
                row.seq = row.seq.max(it.seq);
            });
        } else {
            let row = ThreadRow {
                thread: it.thread,
                title: it.title.clone(),
                people: it.people.clone(),
                last: it.events.last().cloned(),
                seq: it.seq,
                unread: unread(it, self.session.user()),
                call: it.call.clone(),
                over: None,
                order_number: it.order.as_ref().map(|order| order.number.clone()),
                online: Vec::new(),
                calling: it.calling.clone(),
            };
            self.threads.insert(row);
        }
    }
}

/// What others wrote last in a thread of somebody's that is new to the page.
fn unread(it: &ThreadSnapshot, me: UserId) -> i64 {
    if it.people.iter().all(|person| person.user != me) {
        return 0;
    }
    let latest = it.events.iter().rev();
    let others = latest.take_while(|event| event.author != Some(me));
    i64::try_from(others.count()).unwrap_or(0)
}
