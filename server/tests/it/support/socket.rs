//! The workspace socket as a client uses it.

use super::{Browser, PATIENCE};
use futures::{SinkExt as _, StreamExt as _};
use orderline_domain::ids::{CommandId, ThreadId};
use orderline_protocol::{
    SOCKET_PROTOCOL, VERSION,
    call::CallView,
    socket::{ByeReason, ClientFrame, Command, CommandResult, Cursor, ServerFrame, ServerSignal},
    thread::EventView,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, handshake::client::Request},
};

/// Either of our sockets, as it is on the wire.
pub(crate) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An open socket.
pub(crate) struct Socket {
    pub stream: Stream,
    /// Frames that were read while looking for another.
    seen: VecDeque<ServerFrame>,
}

/// The request that opens a socket, as one of our own pages makes it.
pub(crate) fn request(browser: &Browser, path: &str, protocol: &str) -> Request {
    let path = browser.path(path);
    let mut request = format!("ws://{}{path}", browser.addr)
        .into_client_request()
        .expect("a request");
    let headers = request.headers_mut();
    headers.insert("origin", browser.origin().parse().expect("text"));
    headers.insert("sec-websocket-protocol", protocol.parse().expect("text"));
    if let Some(cookie) = &browser.cookie {
        headers.insert("cookie", cookie.parse().expect("text"));
    }
    request
}

impl Socket {
    /// Opens a socket without saying Hello.
    pub(crate) async fn open(browser: &Browser) -> Self {
        let (stream, _) = connect_async(request(browser, "/ws", SOCKET_PROTOCOL))
            .await
            .expect("the socket opens");
        Self {
            stream,
            seen: VecDeque::new(),
        }
    }

    /// Opens a socket, says Hello and waits for Welcome; answers the live calls too.
    pub(crate) async fn hello(
        browser: &Browser,
        cursors: &[(ThreadId, i64)],
    ) -> (Self, Vec<CallView>) {
        let all: Vec<_> = cursors
            .iter()
            .map(|&(thread, seq)| (thread, seq, 0))
            .collect();
        Self::hello_at(browser, &all).await
    }

    /// The same with the version of the state that is held of each thread.
    pub(crate) async fn hello_at(
        browser: &Browser,
        cursors: &[(ThreadId, i64, i64)],
    ) -> (Self, Vec<CallView>) {
        let mut socket = Self::open(browser).await;
        let cursors = cursors
            .iter()
            .map(|&(thread, seq, state)| Cursor { thread, seq, state });
        socket
            .send(&ClientFrame::Hello {
                version: VERSION,
                cursors: cursors.collect(),
            })
            .await;
        let calls = socket
            .wait(|frame| match frame {
                ServerFrame::Welcome { calls, .. } => Some(calls.clone()),
                _ => None,
            })
            .await;
        (socket, calls)
    }

    pub(crate) async fn send(&mut self, frame: &ClientFrame) {
        send(&mut self.stream, frame).await;
    }

    /// The next frame; `None` when the socket has ended.
    pub(crate) async fn next(&mut self) -> Option<ServerFrame> {
        if let Some(frame) = self.seen.pop_front() {
            return Some(frame);
        }
        self.read().await
    }

    async fn read(&mut self) -> Option<ServerFrame> {
        read(&mut self.stream).await
    }

    /// Takes the first frame that `pick` picks, old or new; other frames are kept for later.
    pub(crate) async fn wait<T>(&mut self, mut pick: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        for at in 0..self.seen.len() {
            if let Some(found) = pick(&self.seen[at]) {
                self.seen.remove(at);
                return found;
            }
        }
        loop {
            let frame = self.read().await.expect("the socket stays open");
            match pick(&frame) {
                Some(found) => return found,
                None => self.seen.push_back(frame),
            }
        }
    }

    /// Sends a command and waits for its reply.
    pub(crate) async fn command(&mut self, id: CommandId, body: Command) -> CommandResult {
        self.send(&ClientFrame::Command { id, body }).await;
        self.reply(id).await
    }

    /// Waits for the reply to a command.
    pub(crate) async fn reply(&mut self, id: CommandId) -> CommandResult {
        self.wait(|frame| match frame {
            ServerFrame::Reply { to, result } if *to == id => Some(result.clone()),
            _ => None,
        })
        .await
    }

    /// Says something in a thread; answers its number.
    pub(crate) async fn say(&mut self, thread: ThreadId, text: &str) -> i64 {
        let text = text.to_owned();
        let body = Command::SendMessage { thread, text };
        match self.command(command_id(), body).await {
            CommandResult::Done { seq, .. } => seq,
            other => panic!("a message was not taken: {other:?}"),
        }
    }

    /// Waits for the next event of a thread.
    pub(crate) async fn event(&mut self, in_thread: ThreadId) -> EventView {
        self.wait(|frame| match frame {
            ServerFrame::Event { thread, event } if *thread == in_thread => Some(event.clone()),
            _ => None,
        })
        .await
    }

    /// Waits for a signal that `is` knows.
    pub(crate) async fn signal(&mut self, is: impl Fn(&ServerSignal) -> bool) -> ServerSignal {
        self.wait(|frame| match frame {
            ServerFrame::Signal { signal } if is(signal) => Some(signal.clone()),
            _ => None,
        })
        .await
    }

    /// What was read while other frames were waited for.
    pub(crate) fn passed_over(&self) -> impl Iterator<Item = &ServerFrame> {
        self.seen.iter()
    }

    /// Waits for Bye.
    pub(crate) async fn bye(&mut self) -> ByeReason {
        self.wait(|frame| match frame {
            ServerFrame::Bye { reason, .. } => Some(*reason),
            _ => None,
        })
        .await
    }
}

/// A fresh command id.
pub(crate) fn command_id() -> CommandId {
    CommandId::from_uuid(super::fresh_uuid())
}

impl Socket {
    /// Reads to the end: whether the server said Bye(Malformed). A connection that was reset while a frame that
    /// was too large was still on its way counts too.
    pub(crate) async fn ended_as_malformed(&mut self) -> bool {
        while let Some(frame) = self.next().await {
            if let ServerFrame::Bye { reason, .. } = frame {
                return reason == ByeReason::Malformed;
            }
        }
        true
    }
}

/// Sends a frame over any of our sockets.
pub(crate) async fn send(stream: &mut Stream, frame: &impl Serialize) {
    let json = serde_json::to_string(frame).expect("JSON");
    stream.send(Message::text(json)).await.expect("sent");
}

/// The next frame of any of our sockets; `None` when it has ended.
pub(crate) async fn read<T: DeserializeOwned>(stream: &mut Stream) -> Option<T> {
    loop {
        let message = timeout(PATIENCE, stream.next())
            .await
            .expect("a frame in time")?;
        match message {
            Ok(Message::Text(json)) => {
                return Some(serde_json::from_str(&json).expect("a frame that we know"));
            }
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}
