//! The workspace socket's session as a pure reducer: what came in, and what is to be done about it. Knows no
//! socket, no database and no clock.
//!
//! Per thread it remembers the last event that was sent. An event that follows is sent; one that was sent is
//! dropped; one that leaves a gap makes it load what is missing from the store. So a socket never sees an event
//! twice, out of order or with a gap, whatever order publication took (X11).

use crate::{live::hub::Delivery, usecase::thread::read::Missed};
use jiff::Timestamp;
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    offer::Draft,
};
use orderline_protocol::{
    MAX_CURSORS, VERSION,
    call::CallView,
    problem::{Code, Problem},
    socket::{
        ByeReason, ClientFrame, ClientSignal, Command, CommandResult, Cursor, ReadMark,
        ServerFrame, ServerSignal,
    },
};
use std::{collections::VecDeque, sync::Arc};

use super::{
    effects::{Effect, frame},
    limits::{Bucket, Limit},
    threads::{Arrival, Threads},
};

/// Commands that wait behind the one that runs; past it the socket is not read.
pub(crate) const MAX_WAITING_COMMANDS: usize = 16;

/// A socket that says nothing for this long is closed.
pub(crate) const IDLE_MS: u64 = 60_000;

/// Hello must come within this.
pub(crate) const HELLO_MS: u64 = 10_000;

/// Read marks are written at most this often.
pub(crate) const ACK_MS: u64 = 2_000;

const FRAMES: Limit = Limit {
    burst: 600,
    per_second: 100,
};

const COMMANDS: Limit = Limit {
    burst: 120,
    per_second: 20,
};

const TYPING: Limit = Limit {
    burst: 3,
    per_second: 1,
};

/// One socket's state.
#[derive(Debug)]
pub(crate) struct Session {
    phase: Phase,
    threads: Threads,
    loading: bool,
    commands: VecDeque<(CommandId, Box<Command>)>,
    executing: bool,
    drafting: bool,
    /// The newest draft that came while an earlier one was looked at.
    next_draft: Option<(ThreadId, Box<Draft>, bool)>,
    acks: Vec<ReadMark>,
    acks_due: Option<u64>,
    frames: Bucket,
    command_rate: Bucket,
    typing: Bucket,
    heard: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    AwaitingHello,
    Welcoming,
    Open,
    Closed,
}

/// What came in.
#[derive(Debug)]
pub(crate) enum Input {
    /// From the client; `None` when it could not be read.
    Frame(Option<Box<ClientFrame>>),
    /// From the hub.
    Delivered(Delivery),
    /// The calls that are live for this person.
    Welcomed(Vec<CallView>),
    /// What was missed, or `None` when the store did not answer.
    Loaded(Option<Vec<Missed>>),
    Executed {
        to: CommandId,
        result: CommandResult,
    },
    /// The draft that was handed over has been looked at.
    Drafted,
    /// Time has passed.
    Tick,
    /// The server wants the socket closed.
    Closing(ByeReason),
}

impl Session {
    /// A socket that was opened at `now` (milliseconds on any clock that only goes forward).
    pub(crate) fn new(now: u64) -> Self {
        Self {
            phase: Phase::AwaitingHello,
            threads: Threads::default(),
            loading: false,
            commands: VecDeque::new(),
            executing: false,
            drafting: false,
            next_draft: None,
            acks: Vec::new(),
            acks_due: None,
            frames: Bucket::full(FRAMES, now),
            command_rate: Bucket::full(COMMANDS, now),
            typing: Bucket::full(TYPING, now),
            heard: now,
        }
    }

    /// Whether the next frame may be read: a client that sends faster than its commands are carried out waits.
    pub(crate) fn wants_frames(&self) -> bool {
        self.commands.len() < MAX_WAITING_COMMANDS
    }

    /// When the next [`Input::Tick`] is due.
    pub(crate) fn next_tick(&self) -> u64 {
        let patience = match self.phase {
            Phase::AwaitingHello => HELLO_MS,
            _ => IDLE_MS,
        };
        let idle = self.heard + patience;
        self.acks_due.map_or(idle, |due| due.min(idle))
    }

    /// Read marks that are not written yet; asked for when the socket has ended.
    pub(crate) fn take_acks(&mut self) -> Vec<ReadMark> {
        self.acks_due = None;
        std::mem::take(&mut self.acks)
    }

    /// The threads in which this person was seen, with their people.
    pub(crate) fn present_in(&self) -> impl Iterator<Item = (ThreadId, &Arc<[UserId]>)> {
        self.threads.present()
    }

    /// Takes one input at `now` (milliseconds, `at` on the wall); answers what is to be done, in order.
    pub(crate) fn handle(&mut self, now: u64, at: Timestamp, input: Input) -> Vec<Effect> {
        if self.phase == Phase::Closed {
            return Vec::new();
        }
        match input {
            Input::Frame(frame) => self.frame(now, frame),
            Input::Delivered(delivery) => self.delivered(delivery),
            Input::Welcomed(calls) => {
                self.phase = Phase::Open;
                let mut effects = vec![frame(ServerFrame::Welcome { at, calls })];
                effects.extend(self.load());
                effects
            }
            Input::Loaded(missed) => self.loaded(missed),
            Input::Executed { to, result } => {
                self.executing = false;
                let mut effects = vec![frame(ServerFrame::Reply { to, result })];
                effects.extend(self.execute());
                effects
            }
            Input::Drafted => {
                self.drafting = false;
                match self.next_draft.take() {
                    Some((thread, draft, take_over)) => self.draft(thread, draft, take_over),
                    None => Vec::new(),
                }
            }
            Input::Tick => self.tick(now),
            Input::Closing(reason) => self.bye(reason),
        }
    }

    fn frame(&mut self, now: u64, received: Option<Box<ClientFrame>>) -> Vec<Effect> {
        self.heard = now;
        if !self.frames.take(now) {
            return self.bye(ByeReason::TooMany);
        }
        match (self.phase, received.map(|frame| *frame)) {
            (Phase::AwaitingHello, Some(ClientFrame::Hello { version, cursors })) => {
                self.hello(version, cursors)
            }
            (_, None | Some(ClientFrame::Hello { .. })) | (Phase::AwaitingHello, _) => {
                self.bye(ByeReason::Malformed)
            }
            (_, Some(ClientFrame::Command { id, body })) => self.command(now, id, body),
            (_, Some(ClientFrame::Ack { thread, seq })) => {
                self.acknowledge(now, ReadMark { thread, seq });
                Vec::new()
            }
            (_, Some(ClientFrame::Follow { thread, seq, state })) => {
                if !self.threads.follow(Cursor { thread, seq, state }) {
                    return self.bye(ByeReason::TooMany);
                }
                self.load().into_iter().collect()
            }
            (_, Some(ClientFrame::Signal { signal })) => match signal {
                ClientSignal::Typing { thread } if self.typing.take(now) => {
                    vec![Effect::Typing(thread)]
                }
                ClientSignal::Typing { .. } => Vec::new(),
                ClientSignal::Draft {
                    thread,
                    draft,
                    take_over,
                } => self.draft(thread, Box::new(draft), take_over),
            },
            (_, Some(ClientFrame::Ping { n })) => vec![frame(ServerFrame::Pong { n })],
        }
    }

    fn hello(&mut self, version: u32, cursors: Vec<Cursor>) -> Vec<Effect> {
        if version != VERSION {
            return self.bye(ByeReason::VersionMismatch);
        }
        if cursors.len() > MAX_CURSORS {
            return self.bye(ByeReason::Malformed);
        }
        self.phase = Phase::Welcoming;
        for cursor in cursors {
            self.threads.follow(cursor);
        }
        vec![Effect::Welcome]
    }

    fn command(&mut self, now: u64, id: CommandId, body: Command) -> Vec<Effect> {
        if !self.command_rate.take(now) {
            let problem = Problem {
                retry_after_ms: Some(1000),
                ..Code::TooMany.into()
            };
            return vec![frame(ServerFrame::Reply {
                to: id,
                result: CommandResult::Failed { problem },
            })];
        }
        self.commands.push_back((id, Box::new(body)));
        self.execute().into_iter().collect()
    }

    /// Starts the next command; one at a time, in the order they came.
    fn execute(&mut self) -> Option<Effect> {
        if self.executing {
            return None;
        }
        let (id, body) = self.commands.pop_front()?;
        self.executing = true;
        Some(Effect::Execute(id, body))
    }

    fn draft(&mut self, thread: ThreadId, draft: Box<Draft>, take_over: bool) -> Vec<Effect> {
        if self.drafting {
            // Only the newest counts; a wish to take over is not forgotten with the draft that carried it.
            let wished = matches!(&self.next_draft, Some((other, _, true)) if *other == thread);
            self.next_draft = Some((thread, draft, take_over || wished));
            return Vec::new();
        }
        self.drafting = true;
        vec![Effect::Draft {
            thread,
            draft,
            take_over,
        }]
    }

    fn acknowledge(&mut self, now: u64, mark: ReadMark) {
        let room = self.acks.len() < MAX_CURSORS;
        match self.acks.iter_mut().find(|it| it.thread == mark.thread) {
            Some(known) => known.seq = known.seq.max(mark.seq),
            None if room => self.acks.push(mark),
            None => {}
        }
        self.acks_due.get_or_insert(now + ACK_MS);
    }

    fn delivered(&mut self, delivery: Delivery) -> Vec<Effect> {
        match delivery {
            // Before Welcome there is nobody to show passing news to.
            Delivery::Signal(text) if self.phase == Phase::Open => vec![Effect::Send(text)],
            Delivery::Signal(_) => Vec::new(),
            Delivery::Nudge(thread) => {
                if let Some(thread) = thread
                    && self.phase == Phase::Open
                    && self.threads.is_new(thread)
                {
                    return vec![frame(ServerFrame::Reset { thread })];
                }
                self.threads.nudged(thread);
                self.load().into_iter().collect()
            }
            Delivery::Event {
                thread,
                seq,
                frame: text,
            } => match self.threads.arrived(thread, seq) {
                Arrival::Send if self.phase == Phase::Open => vec![Effect::Send(text)],
                Arrival::Send | Arrival::Drop => Vec::new(),
                Arrival::Load => self.load().into_iter().collect(),
            },
        }
    }

    fn loaded(&mut self, missed: Option<Vec<Missed>>) -> Vec<Effect> {
        self.loading = false;
        let Some(missed) = missed else {
            // The store does not answer: the client comes back, and its cursors with it.
            return self.bye(ByeReason::Restarting);
        };
        let mut effects = Vec::new();
        for one in missed {
            self.threads.loaded(one, &mut effects);
        }
        effects.extend(self.load());
        effects
    }

    /// Loads what the threads miss; one load at a time.
    fn load(&mut self) -> Option<Effect> {
        if self.loading || self.phase != Phase::Open {
            return None;
        }
        let wanted = self.threads.take_wanted();
        if wanted.is_empty() {
            return None;
        }
        self.loading = true;
        Some(Effect::Load(wanted))
    }

    fn tick(&mut self, now: u64) -> Vec<Effect> {
        let patience = match self.phase {
            Phase::AwaitingHello => HELLO_MS,
            _ => IDLE_MS,
        };
        if now >= self.heard + patience {
            self.phase = Phase::Closed;
            return vec![Effect::Close];
        }
        if self.acks_due.is_some_and(|due| now >= due) {
            return vec![Effect::Acknowledge(self.take_acks())];
        }
        Vec::new()
    }

    fn bye(&mut self, reason: ByeReason) -> Vec<Effect> {
        self.phase = Phase::Closed;
        let retry_after_ms = match reason {
            ByeReason::SlowConsumer => 100,
            ByeReason::Restarting => 500,
            ByeReason::SignedOut | ByeReason::VersionMismatch => 0,
            ByeReason::Malformed | ByeReason::TooMany => 5_000,
        };
        let bye = ServerFrame::Bye {
            reason,
            retry_after_ms,
        };
        vec![frame(bye), Effect::Close]
    }
}

/// Who of a thread is connected, as its people are told.
pub(crate) fn presence(thread: ThreadId, online: Vec<UserId>) -> ServerSignal {
    ServerSignal::Presence { thread, online }
}
