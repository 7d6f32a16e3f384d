//! The sockets of a chat load, and what becomes of each message.

use super::super::crowd::Pair;
use crate::client::{Person, Socket, fresh_command};
use anyhow::Result;
use futures::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use orderline_domain::ids::ThreadId;
use orderline_protocol::socket::{ClientFrame, Command};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_tungstenite::tungstenite::Message;

/// Sockets opened at the same time.
const AT_ONCE: usize = 64;
/// Messages that may wait for one socket's task.
const QUEUE: usize = 64;
/// Before the number of a message in its text.
const MARK: &str = "load message ";

/// What became of one message. Times are microseconds since [`Fates::begun`]; 0 for not yet.
#[derive(Default)]
pub(super) struct Fate {
    /// The socket that sent it, counted from 1.
    from: AtomicU32,
    sent: AtomicU64,
    /// At the other side, for the first time.
    arrived: AtomicU64,
    arrivals: AtomicU32,
    acknowledged: AtomicU32,
}

impl Fate {
    pub(super) fn sent(&self) -> Option<u64> {
        Some(self.sent.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }

    pub(super) fn arrived(&self) -> Option<u64> {
        Some(self.arrived.load(Ordering::Relaxed)).filter(|at| *at > 0)
    }

    pub(super) fn acknowledged(&self) -> bool {
        self.acknowledged.load(Ordering::Relaxed) > 0
    }

    pub(super) fn doubled(&self) -> bool {
        self.arrivals.load(Ordering::Relaxed) > 1
    }
}

/// All messages of a run, by their numbers.
pub(super) struct Fates {
    begun: Instant,
    pub all: Vec<Fate>,
}

impl Fates {
    pub(super) fn new(count: u32) -> Self {
        Self {
            begun: Instant::now(),
            all: (0..count).map(|_| Fate::default()).collect(),
        }
    }

    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros())
            .unwrap_or(u64::MAX)
            .max(1)
    }
}

/// Opens both sockets of every pair, each following its thread as a page does; seller and buyer follow each other in the
/// answer.
pub(super) async fn open(
    pairs: &[Pair],
    fates: &Arc<Fates>,
    tasks: &mut JoinSet<()>,
) -> Result<Vec<mpsc::Sender<u32>>> {
    let people = pairs
        .iter()
        .flat_map(|pair| [(&pair.seller, pair.thread), (&pair.buyer, pair.thread)]);
    let sockets: Vec<(Socket, ThreadId)> = stream::iter(people)
        .map(|(person, thread): (&Person, ThreadId)| async move {
            anyhow::Ok((Socket::open(person, &[(thread, 0)]).await?, thread))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut senders = Vec::with_capacity(sockets.len());
    for (number, (socket, thread)) in (1..).zip(sockets) {
        let (sender, numbers) = mpsc::channel(QUEUE);
        let talker = Talker {
            number,
            thread,
            own: VecDeque::new(),
            fates: Arc::clone(fates),
        };
        tasks.spawn(talker.talk(socket, numbers));
        senders.push(sender);
    }
    Ok(senders)
}

/// One socket.
struct Talker {
    number: u32,
    thread: ThreadId,
    /// Messages that wait for their answer; answers come in order.
    own: VecDeque<u32>,
    fates: Arc<Fates>,
}

impl Talker {
    /// Sends what it is told, notes what arrives from the other side.
    async fn talk(mut self, mut socket: Socket, mut numbers: mpsc::Receiver<u32>) {
        loop {
            tokio::select! {
                number = numbers.recv() => {
                    let Some(json) = number.and_then(|number| self.message(number)) else { return };
                    if let Err(error) = socket.stream.send(Message::text(json)).await {
                        return eprintln!("a socket ended: {error}");
                    }
                }
                message = socket.stream.next() => {
                    match message {
                        Some(Ok(Message::Text(json))) => self.note(&json),
                        Some(Ok(_)) => {}
                        Some(Err(error)) => return eprintln!("a socket ended: {error}"),
                        None => return eprintln!("a socket ended"),
                    }
                }
            }
        }
    }

    fn message(&mut self, number: u32) -> Option<String> {
        let body = Command::SendMessage {
            thread: self.thread,
            text: format!("{MARK}{number} with a few words more"),
        };
        let id = fresh_command();
        let json = serde_json::to_string(&ClientFrame::Command { id, body }).ok()?;
        self.own.push_back(number);
        let fate = self.fates.all.get(number as usize)?;
        fate.from.store(self.number, Ordering::Relaxed);
        fate.sent.store(self.fates.now(), Ordering::Relaxed);
        Some(json)
    }

    /// Reads only as much of a frame as the measurement needs: the generator shares the machine with the server.
    fn note(&mut self, json: &str) {
        if json.starts_with(r#"{"reply":"#) {
            let done = json.contains(r#""result":{"done":"#);
            let fate = self
                .own
                .pop_front()
                .map(|number| &self.fates.all[number as usize]);
            if let (Some(fate), true) = (fate, done) {
                fate.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
        let number = json
            .split_once(MARK)
            .and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok());
        let fate = number.and_then(|number| self.fates.all.get(number));
        let theirs = fate.filter(|it| it.from.load(Ordering::Relaxed) != self.number);
        if let Some(fate) = theirs
            && fate.arrivals.fetch_add(1, Ordering::Relaxed) == 0
        {
            fate.arrived.store(self.fates.now(), Ordering::Relaxed);
        }
    }
}
