//! The handle by which a server commands its media side.

use super::{
    NodeStats,
    core::{Join, Tapped},
    socket::{self, Port},
    tcp::Listening,
    worker::{Command, Parts, Reply, Worker},
};
use crate::{
    CallSpec, JoinSpec, MediaError, MediaEvent, Micros, NodeConfig,
    engine::{Accept, Engine, Ssrcs},
    record::Recorder,
    relay::{Placement, StreamStarts},
};
use orderline_domain::ids::{CallId, LegId};
use rand::RngExt;
use rustix::event::{EventfdFlags, eventfd};
use std::{
    io,
    net::SocketAddr,
    os::fd::OwnedFd,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::spawn_blocking,
};

/// Commands that wait for the node's thread; beyond, callers wait.
const COMMAND_QUEUE: usize = 256;
/// Offers that are answered at the same time: each costs about a millisecond of a core.
const ACCEPTS: usize = 4;

/// A node's media side: one UDP port, all its calls. Cheap to clone; the node ends its calls and stops when
/// the last handle is gone.
#[derive(Clone)]
pub struct MediaNode {
    commands: mpsc::Sender<Command>,
    wake: Arc<OwnedFd>,
    accepts: Arc<Semaphore>,
    recorder: Arc<Recorder>,
    local: SocketAddr,
    tcp: Option<SocketAddr>,
    candidates: Arc<[SocketAddr]>,
}

impl MediaNode {
    /// Binds the ports and starts the thread.
    ///
    /// # Errors
    /// [`MediaError::Io`] when a port is taken, or when there is no address to announce.
    pub fn start(
        config: &NodeConfig,
        recorder: Arc<Recorder>,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<Self, MediaError> {
        let port = Port::bind(config.udp, config.only_from.clone())?;
        let local = port.local_addr()?;
        let candidates = announced(config, local)?;
        let wake = Arc::new(
            eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC).map_err(io::Error::from)?,
        );
        let (commands, receiver) = mpsc::channel(COMMAND_QUEUE);
        let listener = config.tcp.map(socket::listen).transpose()?;
        let tcp = listener.as_ref().map(std::net::TcpListener::local_addr);
        let tcp = tcp.transpose()?;
        let v4 = candidates.iter().any(SocketAddr::is_ipv4);
        let worker = Worker::new(Parts {
            port,
            tcp: listener.map(|listener| Listening {
                listener,
                v4,
                only_from: config.only_from.clone(),
            }),
            wake: wake.clone(),
            commands: receiver,
            events,
        })?;
        std::thread::Builder::new()
            .name("media".to_owned())
            .spawn(move || worker.run())?;
        let accepts = Arc::new(Semaphore::new(ACCEPTS));
        Ok(Self {
            commands,
            wake,
            accepts,
            recorder,
            local,
            tcp,
            candidates,
        })
    }

    /// The bound UDP address.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The bound TCP address, when the node takes connections.
    pub fn local_tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp
    }

    /// Makes a call ready for its legs; opens its recording when the spec asks for one. A call that exists is
    /// left as it is.
    ///
    /// # Errors
    /// [`MediaError::Full`], [`MediaError::Stopped`], or what the recorder reports.
    pub async fn create_call(&self, spec: CallSpec) -> Result<(), MediaError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::HasCall(spec.call, reply)).await?;
        if answer.await.map_err(|_| MediaError::Stopped)? {
            return Ok(());
        }
        let call = spec.call;
        let tap = self.open_tap(spec).await?;
        self.ask(|reply| Command::Create(call, wall(), tap, reply))
            .await
    }

    /// From now on a running call goes into the recording that the spec names, or into none when it names none.
    /// The recording before is closed; forwarding goes on untouched. A recording that runs already is left as
    /// it is.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`], [`MediaError::Stopped`], or what the recorder reports.
    pub async fn record(&self, spec: CallSpec) -> Result<(), MediaError> {
        let call = spec.call;
        let runs = self.ask(|reply| Command::Recording(call, reply)).await?;
        if runs == spec.recording.as_ref().map(|it| it.recording) {
            return Ok(());
        }
        let tap = self.open_tap(spec).await?;
        self.ask(|reply| Command::Record(call, tap, reply)).await
    }

    async fn open_tap(&self, spec: CallSpec) -> Result<Option<Tapped>, MediaError> {
        let Some(recording) = spec.recording.as_ref().map(|it| it.recording) else {
            return Ok(None);
        };
        let recorder = self.recorder.clone();
        let tap = spawn_blocking(move || recorder.open(&spec))
            .await
            .map_err(|_| MediaError::Stopped)??;
        Ok(Some(Tapped::new(recording, tap)))
    }

    /// Answers a participant's offer; returns the answer's SDP. A connected leg of the same seat goes on until
    /// this one is up, and is closed then.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`], [`MediaError::UnknownCall`], [`MediaError::Full`], [`MediaError::Stopped`].
    pub async fn join(&self, spec: JoinSpec) -> Result<String, MediaError> {
        let _permit = self
            .accepts
            .acquire()
            .await
            .map_err(|_| MediaError::Stopped)?;
        let candidates = self.candidates.clone();
        let tcp = self.tcp.map(|address| address.port());
        let (join, sdp) = spawn_blocking(move || accept(&spec, &candidates, tcp))
            .await
            .map_err(|_| MediaError::Stopped)??;
        self.ask(|reply| Command::Join(join, reply)).await?;
        Ok(sdp)
    }

    /// Closes one leg.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`], [`MediaError::UnknownLeg`], [`MediaError::Stopped`].
    pub async fn leave(&self, call: CallId, leg: LegId) -> Result<(), MediaError> {
        self.ask(|reply| Command::Leave(call, leg, reply)).await
    }

    /// Closes all legs of a call, then its recording; [`MediaEvent::RecordingClosed`] says when that is written.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`], [`MediaError::Stopped`].
    pub async fn end_call(&self, call: CallId) -> Result<(), MediaError> {
        self.ask(|reply| Command::End(call, reply)).await
    }

    /// Ends the recording's current segment now, so that what was said so far can be stored.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`], [`MediaError::Stopped`].
    pub async fn cut_recording(&self, call: CallId) -> Result<(), MediaError> {
        self.ask(|reply| Command::Cut(call, reply)).await
    }

    /// # Errors
    /// [`MediaError::Stopped`].
    pub async fn stats(&self) -> Result<NodeStats, MediaError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Stats(reply)).await?;
        answer.await.map_err(|_| MediaError::Stopped)
    }

    /// Ends all calls and stops the thread; further commands fail with [`MediaError::Stopped`].
    pub async fn shutdown(&self) {
        let (reply, answer) = oneshot::channel();
        if self.send(Command::Stop(reply)).await.is_ok() {
            // A node that has stopped already is what was asked for.
            let _ = answer.await;
        }
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, MediaError> {
        let (reply, answer) = oneshot::channel();
        self.send(command(reply)).await?;
        answer.await.map_err(|_| MediaError::Stopped)?
    }

    async fn send(&self, command: Command) -> Result<(), MediaError> {
        self.commands
            .send(command)
            .await
            .map_err(|_| MediaError::Stopped)?;
        // A full counter means that the thread is about to wake anyway.
        let _ = rustix::io::write(&*self.wake, &1u64.to_ne_bytes());
        Ok(())
    }
}

fn accept(
    spec: &JoinSpec,
    candidates: &[SocketAddr],
    tcp: Option<u16>,
) -> Result<(Box<Join>, String), MediaError> {
    let mut random = rand::rng();
    let ufrag = format!("{:016x}", random.random::<u64>());
    let pwd = format!("{:032x}", random.random::<u128>());
    let mut ssrc: u32 = random.random_range(1..u32::MAX - 16);
    let starts = StreamStarts::default().map(|_| (random.random(), random.random()));
    let (engine, sdp) = Engine::accept(&Accept {
        now: Instant::now(),
        offer: &spec.offer_sdp,
        candidates,
        tcp,
        ufrag: &ufrag,
        pwd: &pwd,
        ssrcs: Ssrcs::default().map(|_| {
            ssrc += 1;
            ssrc
        }),
    })?;
    // Boxed here: an engine is large, and a future would carry it about.
    let join = Box::new(Join {
        call: spec.call,
        leg: spec.leg,
        placement: Placement {
            seat: spec.seat,
            lane: spec.lane,
        },
        engine,
        ufrag,
        starts,
    });
    Ok((join, sdp))
}

fn announced(config: &NodeConfig, local: SocketAddr) -> Result<Arc<[SocketAddr]>, MediaError> {
    let at = |ip| SocketAddr::new(ip, local.port());
    if !config.announce.is_empty() {
        return Ok(config.announce.iter().copied().map(at).collect());
    }
    if local.ip().is_unspecified() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no address to announce").into());
    }
    Ok(Arc::new([local]))
}

fn wall() -> Micros {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
