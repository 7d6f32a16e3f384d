//! The handle on the workspace socket that stores and components hold.

use super::{
    outbox::{Kept, Outbox},
    session::{Connection, Delivery, Effect, Input, Session},
};
use crate::{
    acting, browser,
    wire::{Happened, Wire},
};
use futures::channel::oneshot;
use jiff::Timestamp;
use leptos::prelude::*;
use orderline_domain::ids::{CommandId, ThreadId, UserId};
use orderline_protocol::{
    MAX_FRAME_BYTES, SOCKET_PROTOCOL,
    call::CallView,
    problem::{Code, Problem},
    socket::{ClientSignal, Command, CommandResult, Cursor, ServerSignal},
    thread::{EventView, StateView, ThreadSnapshot},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::Future,
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::JsValue;

/// How often the session looks at the time.
const TICK: Duration = Duration::from_secs(1);

/// What the stores hear, each in the order in which it happened.
pub enum News {
    /// A connection was made; these calls are live for this person.
    Welcome {
        calls: Vec<CallView>,
    },
    /// The next event of a thread: in order, each once.
    Event {
        thread: ThreadId,
        event: EventView,
    },
    /// What a thread's page shows beside its events, after it was missed.
    State(Box<StateView>),
    Signal(ServerSignal),
    /// A thread was fetched as it stands.
    Snapshot(Box<ThreadSnapshot>),
    /// A thread must be fetched again (too much was missed, or it was never met).
    Refetch {
        thread: ThreadId,
    },
}

type Listener = Rc<dyn Fn(&News)>;

struct Inner {
    session: RefCell<Session>,
    socket: RefCell<Option<Wire>>,
    outbox: Outbox,
    waiters: RefCell<HashMap<CommandId, oneshot::Sender<CommandResult>>>,
    listeners: RefCell<Vec<(u64, Listener)>>,
    next_listener: Cell<u64>,
    connection: RwSignal<Connection>,
    /// The server sends what this page cannot read.
    outdated: RwSignal<bool>,
    /// The server's clock less ours, in milliseconds.
    clock_offset_ms: Cell<f64>,
    /// Grows with every connection, so that a closed socket's last words are not taken for the new one's.
    generation: Cell<u64>,
}

/// The workspace socket. Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Client(StoredValue<Rc<Inner>, LocalStorage>);

/// Keeps a listener alive; dropping it ends the subscription.
pub struct Subscription {
    id: u64,
    inner: std::rc::Weak<Inner>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner
                .listeners
                .borrow_mut()
                .retain(|(id, _)| *id != self.id);
        }
    }
}

impl Client {
    /// A client for this person, not yet connected: subscribe first, then [`Self::start`].
    pub fn new(user: UserId) -> Self {
        let inner = Rc::new(Inner {
            session: RefCell::default(),
            socket: RefCell::default(),
            outbox: Outbox::of(user),
            waiters: RefCell::default(),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
            connection: RwSignal::new(Connection::Connecting),
            outdated: RwSignal::new(false),
            clock_offset_ms: Cell::new(0.0),
            generation: Cell::new(0),
        });
        Self(StoredValue::new_local(inner))
    }

    /// Connects, and keeps connecting until [`Self::stop`].
    pub fn start(self) {
        let inner = self.inner();
        inner.step(Input::Start);
        set_interval(move || self.inner().step(Input::Tick), TICK);
        browser::on_wake(move || self.inner().step(Input::Nudge));
    }

    /// Ends the connection for good and forgets what was kept in the browser: the person signs out.
    pub fn stop(self) {
        let inner = self.inner();
        inner.outbox.clear();
        inner.step(Input::Stop);
    }

    /// Sends a command under a new id and waits for its result, over any number of connections.
    pub fn send_command(self, body: Command) -> impl Future<Output = CommandResult> {
        self.send_command_as(CommandId::from_uuid(browser::random_uuid()), body)
    }

    /// Sends a command under an id that the caller chose; sending it again under the same id is safe.
    pub fn send_command_as(
        self,
        id: CommandId,
        body: Command,
    ) -> impl Future<Output = CommandResult> {
        let inner = self.inner();
        let (done, result) = oneshot::channel();
        inner.waiters.borrow_mut().insert(id, done);
        if let Command::SendMessage { thread, text } = &body {
            inner.outbox.keep(&Kept {
                id,
                thread: *thread,
                text: text.clone(),
                written_at: js_sys::Date::now(),
            });
        }
        inner.step(Input::Send { id, body });
        async move {
            let gone = || CommandResult::Failed {
                problem: Problem::from(Code::Unavailable),
            };
            result.await.unwrap_or_else(|_| gone())
        }
    }

    /// Messages that an earlier page of this person could not get confirmed, oldest first. They are to be sent
    /// again with [`Self::send_command_as`].
    pub fn left_over(self) -> Vec<Kept> {
        self.inner().outbox.waiting()
    }

    /// Sends passing news; lost when there is no connection.
    pub fn signal(self, signal: ClientSignal) {
        self.inner().step(Input::Signal(signal));
    }

    /// Says that this person has read up to `seq`.
    pub fn ack(self, thread: ThreadId, seq: i64) {
        self.inner().step(Input::Ack { thread, seq });
    }

    /// Follows a thread of which this is held.
    pub fn follow(self, held: Cursor) {
        self.inner().step(Input::Follow(held));
    }

    /// A thread was fetched: tells every listener, and goes on after it.
    pub fn fetched(self, snapshot: ThreadSnapshot) {
        let inner = self.inner();
        let held = Cursor {
            thread: snapshot.thread,
            seq: snapshot.seq,
            state: snapshot.version,
        };
        inner.tell(&News::Snapshot(Box::new(snapshot)));
        inner.step(Input::Rebase(held));
    }

    /// Calls `listener` with all news until the subscription is dropped.
    #[must_use = "the subscription ends when it is dropped"]
    pub fn subscribe(self, listener: impl Fn(&News) + 'static) -> Subscription {
        let inner = self.inner();
        let id = inner.next_listener.get();
        inner.next_listener.set(id + 1);
        inner.listeners.borrow_mut().push((id, Rc::new(listener)));
        Subscription {
            id,
            inner: Rc::downgrade(&inner),
        }
    }

    /// Calls `listener` with all news until the current reactive owner is gone.
    pub fn listen(self, listener: impl Fn(&News) + 'static) {
        let subscription = StoredValue::new_local(Some(self.subscribe(listener)));
        on_cleanup(move || {
            subscription.try_update_value(Option::take);
        });
    }

    /// How the connection stands.
    pub fn connection(self) -> Signal<Connection> {
        let inner = self.inner();
        let (connection, outdated) = (inner.connection, inner.outdated);
        Signal::derive(move || match connection.get() {
            Connection::Open if outdated.get() => Connection::ReloadNeeded,
            connection => connection,
        })
    }

    /// The server sends what this page cannot read: what is open goes on, and the person is asked to reload.
    pub fn page_is_old(self) {
        self.inner().outdated.set(true);
    }

    /// The server's time now, to count durations by.
    pub fn now(self) -> Timestamp {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds since 1970 fit into an i64"
        )]
        let ms = (js_sys::Date::now() + self.inner().clock_offset_ms.get()) as i64;
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn inner(self) -> Rc<Inner> {
        self.0.get_value()
    }
}

impl Inner {
    fn step(self: &Rc<Self>, input: Input) {
        let effects =
            self.session
                .borrow_mut()
                .step(browser::steady_ms(), browser::random_u64(), input);
        for effect in effects {
            match effect {
                Effect::Connect => self.connect(),
                Effect::Close => {
                    self.generation.set(self.generation.get() + 1);
                    self.socket.borrow_mut().take();
                }
                Effect::Send(frame) => {
                    if let Some(socket) = &*self.socket.borrow() {
                        socket.send(&frame);
                    }
                }
                Effect::Deliver(delivery) => self.deliver(delivery),
                Effect::CheckSession => self.check_session(),
            }
        }
    }

    fn connect(self: &Rc<Self>) {
        let generation = self.generation.get() + 1;
        self.generation.set(generation);
        let weak = Rc::downgrade(self);
        let tell = move |happened| {
            let Some(inner) = weak
                .upgrade()
                .filter(|inner| inner.generation.get() == generation)
            else {
                return;
            };
            match happened {
                Happened::Opened => inner.step(Input::Opened),
                Happened::Frame(frame) => inner.step(Input::Frame(frame)),
                Happened::Closed => inner.step(Input::Closed),
            }
        };
        let opened = address()
            .and_then(|url| Wire::open(&url, SOCKET_PROTOCOL, MAX_FRAME_BYTES, Rc::new(tell)));
        let failed = opened.is_err();
        *self.socket.borrow_mut() = opened.ok();
        if failed {
            self.step(Input::Closed);
        }
    }

    fn deliver(&self, delivery: Delivery) {
        match delivery {
            Delivery::Connection(connection) => self.connection.set(connection),
            Delivery::Welcome { at, calls } => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "milliseconds since 1970 stay below 2^53"
                )]
                self.clock_offset_ms
                    .set(at.as_millisecond() as f64 - js_sys::Date::now());
                self.tell(&News::Welcome { calls });
            }
            Delivery::Event { thread, event } => self.tell(&News::Event { thread, event }),
            Delivery::State(state) => self.tell(&News::State(state)),
            Delivery::Signal(signal) => self.tell(&News::Signal(signal)),
            Delivery::Refetch { thread } => self.tell(&News::Refetch { thread }),
            Delivery::Reply { to, result } => {
                self.outbox.forget(to);
                let waiter = self.waiters.borrow_mut().remove(&to);
                if let Some(waiter) = waiter {
                    // Whoever asked may be gone; the command is done all the same.
                    let _ = waiter.send(result);
                }
            }
        }
    }

    fn tell(&self, news: &News) {
        // A listener may subscribe or unsubscribe while it hears the news.
        let listeners: Vec<Listener> = self
            .listeners
            .borrow()
            .iter()
            .map(|(_, l)| Rc::clone(l))
            .collect();
        for listener in listeners {
            listener(news);
        }
    }

    fn check_session(self: &Rc<Self>) {
        let inner = Rc::clone(self);
        leptos::task::spawn_local(async move {
            let gone = crate::api::me()
                .await
                .err()
                .and_then(|failure| failure.code())
                == Some(Code::SignInNeeded);
            if gone {
                inner.step(Input::Stop);
            }
        });
    }
}

/// The workspace socket of the page's own host.
fn address() -> Result<String, JsValue> {
    let location = web_sys::window().ok_or(JsValue::UNDEFINED)?.location();
    let scheme = if location.protocol()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Ok(acting::address(&format!(
        "{scheme}://{}/ws",
        location.host()?
    )))
}
