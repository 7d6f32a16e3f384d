//! The workspace socket.

use super::Person;
use anyhow::{Context as _, Result, bail};
use futures::{SinkExt as _, StreamExt as _};
use orderline_domain::ids::{CommandId, ThreadId};
use orderline_protocol::{
    SOCKET_PROTOCOL, VERSION,
    call::{CallPhase, CallView},
    socket::{ClientFrame, Command, CommandResult, Cursor, ServerFrame, ServerSignal},
    thread::EventView,
};
use std::{collections::VecDeque, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{
        Message, client::IntoClientRequest as _, handshake::client::Request,
        protocol::WebSocketConfig,
    },
};

/// Longest wait for a frame that must come.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes of a socket's buffers: thousands of sockets fit into one generator.
const BUFFER: usize = 4 * 1024;

pub(super) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The request that opens a socket, as one of our own pages makes it.
pub(super) fn request(person: &Person, path: &str, protocol: &str) -> Result<Request> {
    let mut request = format!("ws://{}{path}", person.addr).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("origin", person.origin().parse()?);
    headers.insert("sec-websocket-protocol", protocol.parse()?);
    headers.insert("cookie", person.cookie.parse()?);
    Ok(request)
}

pub(super) async fn open(person: &Person, path: &str, protocol: &str) -> Result<Stream> {
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0);
    let request = request(person, path, protocol)?;
    let (stream, _) = timeout(
        PATIENCE,
        tokio_tungstenite::connect_async_with_config(request, Some(config), true),
    )
    .await
    .context("a socket in time")??;
    Ok(stream)
}

/// A fresh command id.
pub fn fresh_command() -> CommandId {
    CommandId::from_uuid(uuid::Uuid::now_v7())
}

/// An open socket after Welcome.
pub struct Socket {
    pub stream: Stream,
    /// Live calls that Welcome named.
    pub calls: Vec<CallView>,
    /// Frames that were read while looking for another.
    seen: VecDeque<ServerFrame>,
}

impl Socket {
    /// Opens a socket, says Hello from these cursors, waits for Welcome.
    ///
    /// # Errors
    /// When the server does not answer so.
    pub async fn open(person: &Person, cursors: &[(ThreadId, i64)]) -> Result<Self> {
        let stream = open(person, "/ws", SOCKET_PROTOCOL).await?;
        let mut socket = Self {
            stream,
            calls: Vec::new(),
            seen: VecDeque::new(),
        };
        let cursors = cursors.iter().map(|&(thread, seq)| Cursor {
            thread,
            seq,
            state: 0,
        });
        socket
            .send(&ClientFrame::Hello {
                version: VERSION,
                cursors: cursors.collect(),
            })
            .await?;
        socket.calls = socket
            .wait(|frame| match frame {
                ServerFrame::Welcome { calls, .. } => Some(calls.clone()),
                _ => None,
            })
            .await?;
        Ok(socket)
    }

    /// # Errors
    /// When the socket has ended.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<()> {
        self.stream
            .send(Message::text(serde_json::to_string(frame)?))
            .await?;
        Ok(())
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the socket ends, or nothing comes for long.
    pub async fn next(&mut self) -> Result<ServerFrame> {
        if let Some(frame) = self.seen.pop_front() {
            return Ok(frame);
        }
        self.read().await
    }

    async fn read(&mut self) -> Result<ServerFrame> {
        loop {
            let message = timeout(PATIENCE, self.stream.next())
                .await
                .context("a frame in time")?;
            match message.context("the socket has ended")?? {
                Message::Text(json) => return Ok(serde_json::from_str(&json)?),
                Message::Close(_) => bail!("the server closed the socket"),
                _ => {}
            }
        }
    }

    /// Takes the first frame that `pick` picks, old or new; other frames are kept for later.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn wait<T>(&mut self, mut pick: impl FnMut(&ServerFrame) -> Option<T>) -> Result<T> {
        for at in 0..self.seen.len() {
            if let Some(found) = pick(&self.seen[at]) {
                self.seen.remove(at);
                return Ok(found);
            }
        }
        loop {
            let frame = self.read().await?;
            match pick(&frame) {
                Some(found) => return Ok(found),
                None => self.seen.push_back(frame),
            }
        }
    }

    /// Sends a command and waits for its result.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn command(&mut self, id: CommandId, body: Command) -> Result<CommandResult> {
        self.send(&ClientFrame::Command { id, body }).await?;
        self.wait(|frame| match frame {
            ServerFrame::Reply { to, result } if *to == id => Some(result.clone()),
            _ => None,
        })
        .await
    }

    /// Carries out a command that answers with a call.
    ///
    /// # Errors
    /// When it answers with something else.
    pub async fn call(&mut self, body: Command) -> Result<CallView> {
        match self.command(fresh_command(), body).await? {
            CommandResult::Call { call } => Ok(*call),
            other => bail!("not a call: {other:?}"),
        }
    }

    /// Waits until a call is in this phase.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn phase(&mut self, wanted: CallPhase) -> Result<CallView> {
        self.wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Call { call },
            } if call.phase == wanted => Some((**call).clone()),
            _ => None,
        })
        .await
        .with_context(|| format!("waiting for a call that is {wanted:?}"))
    }

    /// Waits for an event that `pick` picks.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn event<T>(&mut self, mut pick: impl FnMut(&EventView) -> Option<T>) -> Result<T> {
        self.wait(|frame| match frame {
            ServerFrame::Event { event, .. } => pick(event),
            _ => None,
        })
        .await
    }
}
