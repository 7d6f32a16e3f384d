//! The workspace socket's client as a pure reducer: [`Session::step`] takes what happened and gives what to
//! do. It knows no socket, no clock and no randomness, so that every order of events can be tested.
//!
//! What it promises (X11): events of a thread are handed on in the order of `seq`, each once; a command is
//! sent again with the same id until its reply came, over any number of connections.

use super::thread_cursor::{Taken, ThreadCursor};
use crate::backoff;
use orderline_domain::ids::{CommandId, ThreadId};
use orderline_protocol::{
    MAX_CURSORS, VERSION,
    call::CallView,
    problem::{Code, Problem},
    socket::{
        ByeReason, ClientFrame, ClientSignal, Command, CommandResult, Cursor, ServerFrame,
        ServerSignal,
    },
    thread::{EventView, StateView},
};
use std::collections::BTreeMap;

/// Commands that wait for their reply at a time; more are refused.
pub const MAX_PENDING: usize = 200;
/// A Welcome must come within this time, in milliseconds.
pub const WELCOME_MS: u64 = 10_000;
/// Silence after which a Ping is sent, in milliseconds.
pub const PING_AFTER_MS: u64 = 20_000;
/// Silence after which the connection counts as lost, in milliseconds.
pub const LOST_AFTER_MS: u64 = 32_000;
/// How long a Pong may take after the device woke up or the network changed, in milliseconds.
pub const NUDGE_PONG_MS: u64 = 4_000;
/// Attempts without a Welcome after which the sign-in is checked over HTTP.
pub const CHECK_SESSION_AFTER: u32 = 3;

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    Start,
    /// The socket opened.
    Opened,
    Frame(Box<ServerFrame>),
    /// The socket closed or could not be opened.
    Closed,
    /// Time went by.
    Tick,
    /// The network came back, or the page was shown again.
    Nudge,
    Send {
        id: CommandId,
        body: Command,
    },
    Signal(ClientSignal),
    Ack {
        thread: ThreadId,
        seq: i64,
    },
    /// Follow a thread of which this is held.
    Follow(Cursor),
    /// The thread was fetched again after a Reset and stands here.
    Rebase(Cursor),
    /// The person is signing out.
    Stop,
}

/// Something to do.
#[derive(Debug, PartialEq)]
pub enum Effect {
    Connect,
    Close,
    Send(ClientFrame),
    Deliver(Delivery),
    /// Ask over HTTP whether the session still stands.
    CheckSession,
}

/// News for the rest of the app.
#[derive(Debug, PartialEq)]
pub enum Delivery {
    Connection(Connection),
    Welcome {
        at: jiff::Timestamp,
        calls: Vec<CallView>,
    },
    Event {
        thread: ThreadId,
        event: EventView,
    },
    /// What the thread's page shows beside its events.
    State(Box<StateView>),
    Signal(ServerSignal),
    Reply {
        to: CommandId,
        result: CommandResult,
    },
    /// The thread must be fetched again; answer with [`Input::Rebase`].
    Refetch {
        thread: ThreadId,
    },
}

/// How the connection stands, as the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    Connecting,
    Open,
    /// Lost; it will be tried again.
    Lost,
    /// A new version is out: only a reload helps.
    ReloadNeeded,
    SignedOut,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// Until Welcome came.
    Connecting {
        since: u64,
    },
    Open {
        heard: u64,
        pong_by: Option<u64>,
    },
    Waiting {
        until: u64,
    },
    Stopped,
}

/// The session's whole state.
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    shown: Option<Connection>,
    cursors: BTreeMap<ThreadId, ThreadCursor>,
    /// In the order in which they were given.
    pending: Vec<(CommandId, Command)>,
    attempts: u32,
    /// The server's own word on when to come back.
    retry_after: Option<u64>,
    pings: u64,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            phase: Phase::Idle,
            shown: None,
            cursors: BTreeMap::new(),
            pending: Vec::new(),
            attempts: 0,
            retry_after: None,
            pings: 0,
        }
    }
}

impl Session {
    /// Takes what happened at `now` (milliseconds of a steady clock); `random` is any number.
    pub fn step(&mut self, now: u64, random: u64, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Start => {
                if self.phase == Phase::Idle {
                    self.connect(now, &mut out);
                }
            }
            Input::Opened => self.opened(&mut out),
            Input::Frame(frame) => self.frame(now, *frame, &mut out),
            Input::Closed => self.closed(now, random, &mut out),
            Input::Tick => self.tick(now, random, &mut out),
            Input::Nudge => self.nudge(now, &mut out),
            Input::Send { id, body } => self.command(id, body, &mut out),
            Input::Signal(signal) => self.if_open(ClientFrame::Signal { signal }, &mut out),
            Input::Ack { thread, seq } => self.if_open(ClientFrame::Ack { thread, seq }, &mut out),
            Input::Follow(cursor) => self.follow(cursor, &mut out),
            Input::Rebase(cursor) => self.rebase(cursor, &mut out),
            Input::Stop => {
                self.stop(Connection::SignedOut, &mut out);
            }
        }
        out
    }

    fn connect(&mut self, now: u64, out: &mut Vec<Effect>) {
        self.phase = Phase::Connecting { since: now };
        if self.shown != Some(Connection::Lost) {
            self.show(Connection::Connecting, out);
        }
        out.push(Effect::Connect);
    }

    fn opened(&mut self, out: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        let cursors = self
            .cursors
            .iter()
            .map(|(thread, cursor)| cursor.of(*thread))
            .take(MAX_CURSORS)
            .collect();
        out.push(Effect::Send(ClientFrame::Hello {
            version: VERSION,
            cursors,
        }));
    }

    fn frame(&mut self, now: u64, frame: ServerFrame, out: &mut Vec<Effect>) {
        if let Phase::Open { heard, pong_by } = &mut self.phase {
            *heard = now;
            *pong_by = None;
        }
        match frame {
            ServerFrame::Welcome { at, calls } => self.welcome(now, at, calls, out),
            ServerFrame::Event { thread, event } => self.event(now, thread, event, out),
            ServerFrame::State { state } => {
                if let Some(cursor) = self.cursors.get_mut(&state.thread) {
                    cursor.take_state(state.version);
                }
                out.push(Effect::Deliver(Delivery::State(state)));
            }
            ServerFrame::Signal { signal } => out.push(Effect::Deliver(Delivery::Signal(signal))),
            ServerFrame::Reply { to, result } => {
                // A command that was sent on two connections is answered twice; once is enough.
                if let Some(at) = self.pending.iter().position(|(id, _)| *id == to) {
                    self.pending.remove(at);
                    out.push(Effect::Deliver(Delivery::Reply { to, result }));
                }
            }
            ServerFrame::Reset { thread } => {
                self.cursor(thread).reset();
                out.push(Effect::Deliver(Delivery::Refetch { thread }));
            }
            ServerFrame::Pong { .. } => {}
            ServerFrame::Bye {
                reason,
                retry_after_ms,
            } => match reason {
                ByeReason::VersionMismatch => self.stop(Connection::ReloadNeeded, out),
                ByeReason::SignedOut => self.stop(Connection::SignedOut, out),
                ByeReason::Restarting
                | ByeReason::SlowConsumer
                | ByeReason::Malformed
                | ByeReason::TooMany => {
                    self.retry_after = Some(retry_after_ms.min(backoff::LONGEST_MS));
                }
            },
        }
    }

    fn welcome(
        &mut self,
        now: u64,
        at: jiff::Timestamp,
        calls: Vec<CallView>,
        out: &mut Vec<Effect>,
    ) {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        self.phase = Phase::Open {
            heard: now,
            pong_by: None,
        };
        self.attempts = 0;
        self.retry_after = None;
        self.cursors
            .values_mut()
            .for_each(ThreadCursor::reconnected);
        self.show(Connection::Open, out);
        out.push(Effect::Deliver(Delivery::Welcome { at, calls }));
        out.extend(self.pending.iter().map(|(id, body)| {
            Effect::Send(ClientFrame::Command {
                id: *id,
                body: body.clone(),
            })
        }));
    }

    fn event(&mut self, now: u64, thread: ThreadId, event: EventView, out: &mut Vec<Effect>) {
        if !self.cursors.contains_key(&thread) && event.seq > 1 {
            // A thread that this page has not met: its story before this event is fetched, not replayed.
            self.cursor(thread).reset();
            out.push(Effect::Deliver(Delivery::Refetch { thread }));
        }
        let cursor = self.cursor(thread);
        let Taken { ready, ask } = cursor.take(now, event);
        let follow = follow(cursor.of(thread));
        out.extend(
            ready
                .into_iter()
                .map(|event| Effect::Deliver(Delivery::Event { thread, event })),
        );
        if ask {
            out.push(Effect::Send(follow));
        }
    }

    fn closed(&mut self, now: u64, random: u64, out: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Connecting { .. } | Phase::Open { .. }) {
            return;
        }
        let wait = match self.retry_after.take() {
            // The server named a time: add up to half of it, so that not everybody comes at once.
            Some(named) => named + random % (named / 2 + 1),
            None => backoff::wait_ms(self.attempts, random),
        };
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Waiting {
            until: now.saturating_add(wait),
        };
        self.show(Connection::Lost, out);
        if self.attempts.is_multiple_of(CHECK_SESSION_AFTER) {
            out.push(Effect::CheckSession);
        }
    }

    fn tick(&mut self, now: u64, random: u64, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Waiting { until } if now >= until => self.connect(now, out),
            Phase::Connecting { since } if now.saturating_sub(since) >= WELCOME_MS => {
                out.push(Effect::Close);
                self.closed(now, random, out);
            }
            Phase::Open { heard, pong_by } => {
                let lost_at = heard + LOST_AFTER_MS;
                if now >= pong_by.map_or(lost_at, |by| by.min(lost_at)) {
                    out.push(Effect::Close);
                    self.closed(now, random, out);
                } else if pong_by.is_none() && now.saturating_sub(heard) >= PING_AFTER_MS {
                    self.ping(heard, lost_at, out);
                }
                self.ask_again(now, out);
            }
            _ => {}
        }
    }

    fn nudge(&mut self, now: u64, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Waiting { .. } => self.connect(now, out),
            // The socket may have died while the device slept; a Pong soon says that it did not.
            Phase::Open { heard, .. } => self.ping(heard, now + NUDGE_PONG_MS, out),
            _ => {}
        }
    }

    /// Sends a Ping; without any frame by `pong_by` the connection counts as lost.
    fn ping(&mut self, heard: u64, pong_by: u64, out: &mut Vec<Effect>) {
        self.pings += 1;
        self.phase = Phase::Open {
            heard,
            pong_by: Some(pong_by),
        };
        out.push(Effect::Send(ClientFrame::Ping { n: self.pings }));
    }

    fn ask_again(&mut self, now: u64, out: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Open { .. }) {
            return;
        }
        for (thread, cursor) in &mut self.cursors {
            if cursor.must_ask(now) {
                if cursor.hopeless() {
                    cursor.reset();
                    out.push(Effect::Deliver(Delivery::Refetch { thread: *thread }));
                } else {
                    out.push(Effect::Send(follow(cursor.of(*thread))));
                }
            }
        }
    }

    fn command(&mut self, id: CommandId, body: Command, out: &mut Vec<Effect>) {
        if self.pending.iter().any(|(known, _)| *known == id) {
            return;
        }
        if self.pending.len() >= MAX_PENDING || self.phase == Phase::Stopped {
            let code = if self.phase == Phase::Stopped {
                Code::SignInNeeded
            } else {
                Code::TooMany
            };
            let result = CommandResult::Failed {
                problem: Problem::from(code),
            };
            out.push(Effect::Deliver(Delivery::Reply { to: id, result }));
            return;
        }
        self.if_open(
            ClientFrame::Command {
                id,
                body: body.clone(),
            },
            out,
        );
        self.pending.push((id, body));
    }

    fn follow(&mut self, held: Cursor, out: &mut Vec<Effect>) {
        if self.cursors.contains_key(&held.thread) {
            return;
        }
        *self.cursor(held.thread) = ThreadCursor::at(held.seq, held.state);
        self.if_open(follow(held), out);
    }

    fn rebase(&mut self, held: Cursor, out: &mut Vec<Effect>) {
        let thread = held.thread;
        let cursor = self.cursor(thread);
        let ready = cursor.rebase(held.seq, held.state);
        let follow = follow(cursor.of(thread));
        out.extend(
            ready
                .into_iter()
                .map(|event| Effect::Deliver(Delivery::Event { thread, event })),
        );
        self.if_open(follow, out);
    }

    /// The thread's cursor, new if need be. When there are too many, the oldest thread (ids are made in order of
    /// time) is followed no longer.
    fn cursor(&mut self, thread: ThreadId) -> &mut ThreadCursor {
        if self.cursors.len() >= MAX_CURSORS && !self.cursors.contains_key(&thread) {
            self.cursors.pop_first();
        }
        self.cursors.entry(thread).or_default()
    }

    fn stop(&mut self, why: Connection, out: &mut Vec<Effect>) {
        if self.phase != Phase::Stopped {
            self.phase = Phase::Stopped;
            out.push(Effect::Close);
            self.show(why, out);
        }
    }

    fn if_open(&self, frame: ClientFrame, out: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Open { .. }) {
            out.push(Effect::Send(frame));
        }
    }

    fn show(&mut self, connection: Connection, out: &mut Vec<Effect>) {
        if self.shown != Some(connection) {
            self.shown = Some(connection);
            out.push(Effect::Deliver(Delivery::Connection(connection)));
        }
    }
}

/// Asks for what comes after what is held.
const fn follow(held: Cursor) -> ClientFrame {
    let Cursor { thread, seq, state } = held;
    ClientFrame::Follow { thread, seq, state }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world_tests;
