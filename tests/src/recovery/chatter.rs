//! Somebody who writes on and on, through every loss of the connection, as the app does: unanswered commands are
//! sent again with the same id, what was missed is replayed from the cursor.

use crate::client::{Person, Socket, fresh_command};
use anyhow::{Context as _, Result, bail};
use orderline_domain::{
    ids::{CommandId, ThreadId},
    thread::EventBody,
};
use orderline_protocol::{
    http::ThreadList,
    socket::{ClientFrame, Command, CommandResult, ServerFrame},
    thread::EventView,
};
use std::time::Duration;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// Between an answer and the next message, of somebody who talks.
pub(super) const PAUSE: Duration = Duration::from_millis(120);
/// Between attempts to connect.
const AGAIN: Duration = Duration::from_millis(100);
/// A server that stays away longer than this has failed.
const MOST_ATTEMPTS: u32 = 1_200;

/// What one person's client knows at the end.
pub(super) struct Said {
    pub who: &'static str,
    /// Number and text of every message that the server said was done.
    pub acknowledged: Vec<(i64, String)>,
    /// The cursor before the first event.
    pub from: i64,
    /// Number and text of everything that arrived, in the order of arrival, without what was had already.
    pub received: Vec<(i64, Option<String>)>,
}

/// Who writes, where, and how fast.
pub(super) struct Writes {
    pub person: Person,
    pub thread: ThreadId,
    pub who: &'static str,
    /// Between an answer and the next message.
    pub pause: Duration,
}

/// A running client.
pub(super) struct Chatter {
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<Said>>,
}

impl Chatter {
    pub(super) fn start(writes: Writes) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Writer::new(writes, stopped).run());
        Self { stop, task }
    }

    /// Lets the last message be answered, then stops.
    pub(super) async fn stop(self) -> Result<Said> {
        self.stop.send_replace(true);
        self.task.await?
    }
}

struct Writer {
    person: Person,
    thread: ThreadId,
    pause: Duration,
    stop: watch::Receiver<bool>,
    said: Said,
    cursor: i64,
    /// The message that waits for its answer.
    pending: Option<(CommandId, String)>,
    written: u64,
}

impl Writer {
    fn new(writes: Writes, stop: watch::Receiver<bool>) -> Self {
        let Writes {
            person,
            thread,
            who,
            pause,
        } = writes;
        let said = Said {
            who,
            acknowledged: Vec::new(),
            from: 0,
            received: Vec::new(),
        };
        Self {
            person,
            thread,
            pause,
            stop,
            said,
            cursor: 0,
            pending: None,
            written: 0,
        }
    }

    async fn run(mut self) -> Result<Said> {
        let list: ThreadList = self.person.get("/api/threads").await?;
        let own = list.items.iter().find(|it| it.thread == self.thread);
        self.cursor = own.context("the thread is in the list")?.seq;
        self.said.from = self.cursor;
        let mut failures = 0;
        loop {
            if let Ok(socket) = Socket::open(&self.person, &[(self.thread, self.cursor)]).await {
                failures = 0;
                // A connection may end at any moment here; that is what is being tried.
                if let Ok(()) = self.talk(socket).await {
                    return Ok(self.said);
                }
            }
            failures += 1;
            if failures > MOST_ATTEMPTS {
                bail!("the server does not come back");
            }
            sleep_until(Instant::now() + AGAIN).await;
        }
    }

    /// Until told to stop; an error is the connection's end.
    async fn talk(&mut self, mut socket: Socket) -> Result<()> {
        if let Some((id, text)) = self.pending.clone() {
            self.send(&mut socket, id, text).await?;
        }
        let mut next = Instant::now() + self.pause;
        loop {
            if self.pending.is_none() && *self.stop.borrow() {
                return Ok(());
            }
            tokio::select! {
                frame = socket.next() => self.take(&mut socket, frame?, &mut next).await?,
                () = sleep_until(next), if self.pending.is_none() => {
                    self.written += 1;
                    let message = (fresh_command(), format!("{} says {}", self.said.who, self.written));
                    self.pending = Some(message.clone());
                    self.send(&mut socket, message.0, message.1).await?;
                }
            }
        }
    }

    async fn send(&self, socket: &mut Socket, id: CommandId, text: String) -> Result<()> {
        let body = Command::SendMessage {
            thread: self.thread,
            text,
        };
        socket.send(&ClientFrame::Command { id, body }).await
    }

    async fn take(
        &mut self,
        socket: &mut Socket,
        frame: ServerFrame,
        next: &mut Instant,
    ) -> Result<()> {
        match frame {
            ServerFrame::Event { thread, event } if thread == self.thread => {
                self.event(socket, event).await?;
            }
            ServerFrame::Reply { to, result } => {
                let waited = self.pending.take_if(|(id, _)| *id == to);
                if let Some((id, text)) = waited {
                    *next = Instant::now() + self.pause;
                    match result {
                        CommandResult::Done { seq, .. } => self.said.acknowledged.push((seq, text)),
                        // Refused for now: the same command again is safe, as after a lost answer.
                        _ => self.pending = Some((id, text)),
                    }
                    if self.pending.is_some() {
                        bail!("refused for now");
                    }
                }
            }
            ServerFrame::Bye { .. } => bail!("the server said goodbye"),
            ServerFrame::Reset { .. } => bail!("more was missed than a short absence explains"),
            _ => {}
        }
        Ok(())
    }

    async fn event(&mut self, socket: &mut Socket, event: EventView) -> Result<()> {
        if event.seq > self.cursor + 1 {
            let follow = ClientFrame::Follow {
                thread: self.thread,
                seq: self.cursor,
                state: 0,
            };
            return socket.send(&follow).await;
        }
        if event.seq == self.cursor + 1 {
            self.cursor = event.seq;
            let text = match event.body {
                EventBody::MessageSent { text } => Some(text.as_str().to_owned()),
                _ => None,
            };
            self.said.received.push((event.seq, text));
        }
        Ok(())
    }
}
