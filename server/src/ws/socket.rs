//! `GET /ws`: the thin adapter between a WebSocket and its [`Session`].

use super::{
    effects::Effect,
    session::{Input, Session, presence},
};
use crate::{
    actor::Actor,
    http::{Refusal, SignedIn, Web, origin},
    live::{
        hub::{Audience, Delivery, Holder, Seat, text},
        sessions::{Change, Hold},
    },
    spans,
    supervisor::detached,
    usecase::{
        Runner,
        call::life,
        offer::draft,
        thread::{acknowledge, people, read},
    },
};
use axum::{
    Router,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::HeaderMap,
    response::Response,
    routing::get,
};
use futures::{FutureExt as _, SinkExt as _, StreamExt as _, stream::FuturesUnordered};
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::roles::Action,
};
use orderline_protocol::{
    MAX_FRAME_BYTES, SOCKET_PROTOCOL,
    problem::Code,
    socket::{ByeReason, ClientFrame, ServerSignal},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
    time::{Instant, timeout},
};
use tracing::Instrument as _;

/// Buffers of one socket, in bytes: small, since there are thousands.
const READ_BUFFER: usize = 2 * 1024;
const WRITE_BUFFER: usize = 2 * 1024;
/// Inputs that are handled before what they send is written out.
const MAX_GATHERED: usize = 64;
/// A client that takes none of our bytes for this long is gone.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The socket's route.
pub(crate) fn router() -> Router<Web> {
    Router::new().route("/ws", get(upgrade))
}

async fn upgrade(
    State(run): State<Runner>,
    headers: HeaderMap,
    me: SignedIn,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    origin::check(&run.env, &headers)?;
    let actor = Arc::new(me.actor().clone());
    let hold = run.env.sessions.hold(actor.session, actor.user);
    let hold = hold.ok_or(Code::TooMany)?;
    Ok(upgrade
        .protocols([SOCKET_PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(2 * MAX_FRAME_BYTES)
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| {
            let span = spans::socket(run.env.entropy.uuid(run.env.clock.now()));
            let connection = async move { Connection::new(run, actor, socket).run(hold).await };
            connection.instrument(span)
        }))
}

struct Connection {
    run: Runner,
    actor: Arc<Actor>,
    socket: WebSocket,
    seat: Seat,
    queue: mpsc::Receiver<Delivery>,
    session: Session,
    /// Work under way, each in a task of its own so that it ends whatever becomes of the socket. Bounded by the
    /// session: one load, one command, one draft, one welcome; and signals within their rate.
    works: FuturesUnordered<JoinHandle<Option<Input>>>,
    /// Whether something was sent that is not written out yet.
    unwritten: bool,
    started: Instant,
}

impl Connection {
    fn new(run: Runner, actor: Arc<Actor>, socket: WebSocket) -> Self {
        let (seat, queue) = run.env.hub.enter(Holder {
            vendor: actor.vendor,
            user: actor.user,
            only_thread: actor.only_thread,
        });
        Self {
            run,
            actor,
            socket,
            seat,
            queue,
            session: Session::new(0),
            works: FuturesUnordered::new(),
            unwritten: false,
            started: Instant::now(),
        }
    }

    async fn run(mut self, mut hold: Hold) {
        let closing = self.seat.closing();
        tokio::pin!(closing);
        let ends = self.ends();
        loop {
            let due = self.started + Duration::from_millis(self.session.next_tick());
            let input = tokio::select! {
                biased;
                reason = &mut closing => Input::Closing(reason),
                change = hold.changed() => Input::Closing(match change {
                    Change::Over => ByeReason::SignedOut,
                    // Perhaps the visit is over, and there is nothing to come back to.
                    Change::Renewed if self.actor.until.is_some() => ByeReason::SignedOut,
                    Change::Renewed => ByeReason::Restarting,
                }),
                Some(done) = self.works.next() => match finished(done) {
                    Some(input) => input,
                    None => continue,
                },
                Some(delivery) = self.queue.recv() => Input::Delivered(delivery),
                received = self.socket.recv(), if self.session.wants_frames() => match received {
                    Some(Ok(Message::Text(json))) => Input::Frame(read(json.as_str())),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    // Too large, not text, or not WebSocket at all.
                    Some(Ok(Message::Binary(_)) | Err(_)) => Input::Frame(None),
                    Some(Ok(Message::Close(_))) | None => break,
                },
                () = tokio::time::sleep_until(ends), if self.actor.until.is_some() => {
                    Input::Closing(ByeReason::SignedOut)
                }
                () = tokio::time::sleep_until(due) => Input::Tick,
            };
            if !(self.take(input).await && self.write_out().await) {
                break;
            }
        }
        self.leave();
    }

    /// When a visit ends, so does what it let see.
    fn ends(&self) -> Instant {
        let now = self.run.env.clock.now();
        let left = self.actor.until.map(|until| until.duration_since(now));
        let left = left.and_then(|it| Duration::try_from(it).ok());
        self.started + left.unwrap_or_default()
    }

    /// Writes what was sent. What comes in the same moment (an event and the reply to it) goes out in one write.
    async fn write_out(&mut self) -> bool {
        if !self.unwritten {
            return true;
        }
        tokio::task::yield_now().await;
        for _ in 0..MAX_GATHERED {
            let done = self.works.next().now_or_never().flatten();
            let input = match done.and_then(finished) {
                Some(input) => Some(input),
                None => self.queue.try_recv().ok().map(Input::Delivered),
            };
            let Some(input) = input else { break };
            if !self.take(input).await {
                return false;
            }
        }
        self.unwritten = false;
        matches!(timeout(SEND_TIMEOUT, self.socket.flush()).await, Ok(Ok(())))
    }

    /// Hands an input to the session and does what it asks; `false` when the socket has ended.
    async fn take(&mut self, input: Input) -> bool {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let effects = self.session.handle(now, self.run.env.clock.now(), input);
        let mut open = true;
        for effect in effects {
            let message = match effect {
                Effect::Send(text) => Some(text),
                Effect::Frame(frame) => text(&frame),
                Effect::Close => {
                    open = false;
                    None
                }
                other => {
                    self.begin(other);
                    None
                }
            };
            if let Some(message) = message {
                self.unwritten = true;
                let sent = self.socket.feed(Message::Text(message));
                if !matches!(timeout(SEND_TIMEOUT, sent).await, Ok(Ok(()))) {
                    return false;
                }
            }
        }
        if !open {
            let close = self.socket.send(Message::Close(None));
            // The client may be gone already; nothing is owed to it.
            timeout(SEND_TIMEOUT, close).await.ok();
        }
        open
    }

    /// Starts work that the session asked for.
    fn begin(&mut self, effect: Effect) {
        let (run, actor) = (self.run.clone(), Arc::clone(&self.actor));
        match effect {
            Effect::Send(_) | Effect::Frame(_) | Effect::Close => {}
            Effect::Follow(thread) => self.seat.follow(thread),
            Effect::Unfollow(thread) => self.seat.unfollow(thread),
            Effect::Present(thread, people) => self.present(thread, &people),
            Effect::Welcome => self.spawn(async move {
                let begun = run.query(&actor, |query| life::page_begun(query).boxed());
                match begun.await {
                    Ok(calls) => Some(Input::Welcomed(calls)),
                    Err(failure) => {
                        run.env.log(&failure);
                        Some(Input::Loaded(None))
                    }
                }
            }),
            Effect::Load(cursors) => self.spawn(async move {
                let missed = run.query(&actor, |query| read::missed(query, &cursors).boxed());
                match missed.await {
                    Ok(missed) => Some(Input::Loaded(Some(missed))),
                    Err(failure) => {
                        run.env.log(&failure);
                        Some(Input::Loaded(None))
                    }
                }
            }),
            Effect::Execute(id, body) => self.spawn(async move {
                let result = run.command(&actor, id, *body).await;
                Some(Input::Executed { to: id, result })
            }),
            Effect::Acknowledge(marks) => self.spawn(async move {
                acknowledge::acknowledge(&run, &actor, &marks).await;
                None
            }),
            Effect::Typing(thread) => self.spawn(async move {
                let known = people::of_thread(&run, &actor, Action::SendMessage, thread).await;
                if let Ok(people) = known {
                    let user = actor.user;
                    let others = people.iter().copied().filter(|it| *it != user).collect();
                    let typing = ServerSignal::Typing { thread, user };
                    let audience = Audience::thread(actor.vendor, thread, others);
                    run.env.hub.signal(&audience, typing);
                }
                None
            }),
            Effect::Draft {
                thread,
                draft,
                take_over,
            } => self.spawn(async move {
                let taken = draft::on_signal(&run, &actor, thread, *draft, take_over).await;
                if let Err(failure) = taken {
                    // There is no reply to a signal.
                    run.env.log(&failure);
                }
                Some(Input::Drafted)
            }),
        }
    }

    fn spawn(&mut self, work: impl Future<Output = Option<Input>> + Send + 'static) {
        self.works.push(detached("socket work", work));
    }

    /// Tells the thread's people who is there.
    fn present(&self, thread: ThreadId, people: &[UserId]) {
        let vendor = self.actor.vendor;
        let online = self.run.env.hub.online(vendor, people);
        let audience = Audience::at(vendor, online.clone());
        self.run.env.hub.signal(&audience, presence(thread, online));
    }

    /// Writes what is left to write and tells the others, if this was the person's last socket.
    fn leave(mut self) {
        let marks = self.session.take_acks();
        let (run, actor) = (self.run.clone(), Arc::clone(&self.actor));
        if !marks.is_empty() {
            detached("acknowledge", async move {
                acknowledge::acknowledge(&run, &actor, &marks).await;
            });
        }
        drop(self.seat);
        if self
            .run
            .env
            .hub
            .is_online(self.actor.vendor, self.actor.user)
        {
            return;
        }
        for (thread, people) in self.session.present_in() {
            let vendor = self.actor.vendor;
            let online = self.run.env.hub.online(vendor, people);
            let audience = Audience::at(vendor, online.clone());
            self.run.env.hub.signal(&audience, presence(thread, online));
        }
    }
}

/// What a socket's task has for its session. One that failed ends the socket; the page comes back.
fn finished(done: Result<Option<Input>, JoinError>) -> Option<Input> {
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "a socket's task failed");
        Some(Input::Closing(ByeReason::Restarting))
    })
}

fn read(json: &str) -> Option<Box<ClientFrame>> {
    serde_json::from_str(json).map(Box::new).ok()
}
