//! The node's thread: moves datagrams, time and commands into its state, and what comes out to the world.

use super::{
    NodeStats,
    core::{Core, Join, Tapped, Transmit},
    pacer::Pacer,
    socket::Port,
    tcp::{self, Listening, Tcp},
};
use crate::{MediaError, MediaEvent, Micros};
use orderline_domain::ids::{CallId, LegId, RecordingId};
use rustix::{
    buffer::spare_capacity,
    event::{Timespec, epoll},
};
use std::{
    io,
    os::fd::OwnedFd,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Datagrams read before anything else gets its turn.
const BATCH: u32 = 64;
/// Commands done per turn.
const COMMANDS: usize = 16;
/// The longest sleep: a node that everybody has let go of notices within this time.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// Sockets that are looked at per turn.
const MAX_READY: usize = 256;
/// What the watched sockets are called in their events; connections have numbers.
const UDP: u64 = u64::MAX;
const WAKE: u64 = u64::MAX - 1;
const LISTENER: u64 = u64::MAX - 2;

pub(super) type Reply<T> = oneshot::Sender<Result<T, MediaError>>;

pub(super) enum Command {
    HasCall(CallId, oneshot::Sender<bool>),
    Create(CallId, Micros, Option<Tapped>, Reply<()>),
    Recording(CallId, Reply<Option<RecordingId>>),
    Record(CallId, Option<Tapped>, Reply<()>),
    Join(Box<Join>, Reply<()>),
    Leave(CallId, LegId, Reply<()>),
    End(CallId, Reply<()>),
    Cut(CallId, Reply<()>),
    Stats(oneshot::Sender<NodeStats>),
    Stop(oneshot::Sender<()>),
}

pub(super) struct Worker {
    port: Port,
    tcp: Option<Tcp>,
    wake: Arc<OwnedFd>,
    epoll: Arc<OwnedFd>,
    /// The sockets that have something, by their names.
    ready: Vec<u64>,
    pacer: Pacer,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<MediaEvent>,
}

/// What a worker is made from.
pub(super) struct Parts {
    pub port: Port,
    pub tcp: Option<Listening>,
    pub wake: Arc<OwnedFd>,
    pub commands: mpsc::Receiver<Command>,
    pub events: mpsc::Sender<MediaEvent>,
}

/// Whether the worker goes on.
enum Next {
    Go,
    Stop(Option<oneshot::Sender<()>>),
}

impl Worker {
    /// # Errors
    /// When the sockets cannot be watched.
    pub(crate) fn new(parts: Parts) -> io::Result<Self> {
        let epoll = Arc::new(epoll::create(epoll::CreateFlags::CLOEXEC)?);
        let watch = |name| (epoll::EventData::new_u64(name), epoll::EventFlags::IN);
        let (data, flags) = watch(UDP);
        epoll::add(&*epoll, &parts.port, data, flags)?;
        let (data, flags) = watch(WAKE);
        epoll::add(&*epoll, &*parts.wake, data, flags)?;
        let tcp = match parts.tcp {
            Some(listening) => {
                let (data, flags) = watch(LISTENER);
                epoll::add(&*epoll, &listening.listener, data, flags)?;
                Some(Tcp::new(listening, Arc::clone(&epoll)))
            }
            None => None,
        };
        Ok(Self {
            port: parts.port,
            tcp,
            wake: parts.wake,
            epoll,
            ready: Vec::with_capacity(MAX_READY),
            pacer: Pacer::new(Instant::now()),
            commands: parts.commands,
            events: parts.events,
        })
    }

    pub(crate) fn run(mut self) {
        let mut core = Core::default();
        let mut sent = Vec::new();
        let mut found = Vec::with_capacity(MAX_READY);
        loop {
            let begun = Instant::now();
            let next = self.take_commands(&mut core);
            let more = self.turn(&mut core, &mut sent);
            if let Next::Stop(reply) = next {
                core.end_all(Instant::now());
                self.turn(&mut core, &mut sent);
                if let Some(reply) = reply {
                    // Whoever asked may have gone.
                    let _ = reply.send(());
                }
                return;
            }
            if !more && let Some(pause) = self.pacer.pause(begun.elapsed()) {
                std::thread::sleep(pause);
            }
            self.sleep(more, core.poll_timeout(), &mut found);
        }
    }

    /// One round of datagrams, timers and events. Whether there is more to read at once.
    fn turn(&mut self, core: &mut Core, sent: &mut Vec<Transmit>) -> bool {
        let now = Instant::now();
        let more = self.receive(now, core);
        core.flush(now);
        let now = Instant::now();
        if core.poll_timeout().is_some_and(|at| at <= now) {
            core.handle_timeout(now);
        }
        core.take_transmits(sent);
        self.send(core, sent);
        while let Some(event) = core.next_event() {
            if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
                core.return_event(event);
                break;
            }
        }
        more
    }

    fn send(&mut self, core: &mut Core, sent: &mut Vec<Transmit>) {
        let mut failed = 0;
        if let Some(tcp) = &mut self.tcp {
            sent.retain(|transmit| {
                let Some(number) = tcp::number(transmit.dest) else {
                    return true;
                };
                failed += u64::from(!tcp.send(number, transmit));
                false
            });
        }
        failed += self.port.send_all(sent);
        sent.clear();
        core.count_send_failures(failed);
    }

    /// Reads from whatever is ready. Whether the port has more.
    fn receive(&mut self, now: Instant, core: &mut Core) -> bool {
        let mut more = false;
        let mut count = 0;
        for at in 0..self.ready.len() {
            match self.ready[at] {
                UDP => {
                    while count < BATCH
                        && let Some((source, bytes)) = self.port.receive()
                    {
                        core.datagram(now, source, bytes);
                        count += 1;
                    }
                    more = count == BATCH;
                }
                // The counter's value is of no interest; reading resets it.
                WAKE => drop(rustix::io::read(&*self.wake, &mut [0; 8])),
                LISTENER => {
                    if let Some(tcp) = &mut self.tcp {
                        tcp.accept(now);
                    }
                }
                connection => {
                    if let (Some(tcp), Ok(number)) = (&mut self.tcp, u32::try_from(connection)) {
                        tcp.ready(now, number, |source, bytes| {
                            core.datagram(now, source, &bytes);
                        });
                    }
                }
            }
        }
        self.ready.clear();
        self.pacer.count(now, count);
        if let Some(tcp) = &mut self.tcp {
            tcp.handle_timeout(now);
        }
        more
    }

    fn take_commands(&mut self, core: &mut Core) -> Next {
        for _ in 0..COMMANDS {
            match self.commands.try_recv() {
                Ok(Command::Stop(reply)) => return Next::Stop(Some(reply)),
                Ok(command) => obey(core, command),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) => return Next::Stop(None),
            }
        }
        Next::Go
    }

    /// Sleeps until a socket has something, a command came or it is time; with `more`, only looks.
    fn sleep(&mut self, more: bool, until: Option<Instant>, found: &mut Vec<epoll::Event>) {
        let longest = if more || !self.commands.is_empty() {
            Duration::ZERO
        } else {
            LONGEST_SLEEP
        };
        let tcp = self.tcp.as_ref().and_then(Tcp::poll_timeout);
        let time = until.into_iter().chain(tcp).min().map_or(longest, |until| {
            until.saturating_duration_since(Instant::now()).min(longest)
        });
        let timeout = Timespec::try_from(time).ok();
        // An interrupted wait is a short one.
        let _ = epoll::wait(&*self.epoll, spare_capacity(found), timeout.as_ref());
        self.ready
            .extend(found.drain(..).map(|event| event.data.u64()));
    }
}

/// Replies go nowhere when the caller has given up; that is not the node's concern.
fn obey(core: &mut Core, command: Command) {
    let now = Instant::now();
    match command {
        Command::HasCall(call, reply) => drop(reply.send(core.has_call(call))),
        Command::Create(call, wall, tap, reply) => {
            drop(reply.send(core.create(now, wall, call, tap)));
        }
        Command::Recording(call, reply) => drop(reply.send(core.recording(call))),
        Command::Record(call, tap, reply) => drop(reply.send(core.record(call, tap))),
        Command::Join(join, reply) => drop(reply.send(core.join(now, *join))),
        Command::Leave(call, leg, reply) => drop(reply.send(core.leave(now, call, leg))),
        Command::End(call, reply) => drop(reply.send(core.end(now, call))),
        Command::Cut(call, reply) => drop(reply.send(core.cut(call))),
        Command::Stats(reply) => drop(reply.send(core.stats())),
        Command::Stop(reply) => drop(reply.send(())),
    }
}
