//! A shard's thread: moves datagrams, time and commands into its state, and what comes out to the world.

use super::{
    NodeStats,
    core::{Core, Join, Tapped, Transmit},
    socket::Port,
};
use crate::{MediaError, MediaEvent, Micros};
use orderline_domain::ids::{CallId, LegId, RecordingId};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Datagrams read before anything else gets its turn.
const BATCH: usize = 64;
/// Commands done per turn.
const COMMANDS: usize = 16;
/// The longest sleep: a node that everybody has let go of notices within this time.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

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
    pub port: Port,
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
    pub fn run(mut self) {
        let mut core = Core::default();
        let mut sent = Vec::new();
        loop {
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
            if !more {
                self.sleep(core.poll_timeout());
            }
        }
    }

    /// One round of datagrams, timers and events. Whether there is more to read at once.
    fn turn(&mut self, core: &mut Core, sent: &mut Vec<Transmit>) -> bool {
        let now = Instant::now();
        let mut read = 0;
        while read < BATCH
            && let Some((source, bytes)) = self.port.receive()
        {
            core.datagram(now, source, bytes);
            read += 1;
        }
        core.flush(now);
        let now = Instant::now();
        if core.poll_timeout().is_some_and(|at| at <= now) {
            core.handle_timeout(now);
        }
        core.take_transmits(sent);
        for transmit in sent.drain(..) {
            if !self.port.send(&transmit) {
                core.count_send_failure();
            }
        }
        while let Some(event) = core.next_event() {
            if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
                core.return_event(event);
                break;
            }
        }
        read == BATCH
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

    fn sleep(&self, until: Option<Instant>) {
        let longest = if self.commands.is_empty() {
            LONGEST_SLEEP
        } else {
            Duration::ZERO
        };
        let time = until.map_or(longest, |until| {
            until.saturating_duration_since(Instant::now()).min(longest)
        });
        let timeout = Timespec::try_from(time).ok();
        let (port, wake) = (self.port.as_fd(), self.wake.as_fd());
        let mut watched = [
            PollFd::from_borrowed_fd(port, PollFlags::IN),
            PollFd::from_borrowed_fd(wake, PollFlags::IN),
        ];
        // An interrupted wait is a short one.
        let _ = poll(&mut watched, timeout.as_ref());
        if watched[1].revents().contains(PollFlags::IN) {
            // The counter's value is of no interest; reading resets it.
            let _ = rustix::io::read(wake, &mut [0; 8]);
        }
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
