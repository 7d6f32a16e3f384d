//! Two people in a call: their pages' sockets, and a synthetic browser each for the media.

pub(crate) mod peer;
pub(crate) mod planned;
pub(crate) mod private;
pub(crate) mod store_proxy;

use crate::support::{Browser, Socket, TestApp, shops::Shop, socket};
use orderline_domain::{
    ids::{CallId, ThreadId},
    thread::EventBody,
};
use orderline_protocol::{
    CALL_PROTOCOL,
    call::{CallClientFrame, CallPhase, CallServerFrame, CallView, MediaState},
    http::CallTicket,
    problem::Problem,
    socket::{Answer, Command, CommandResult, ServerFrame, ServerSignal},
    thread::EventView,
};
pub(crate) use peer::Peer;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A page that shows a thread: signed in, with its workspace socket.
pub(crate) struct Page {
    pub browser: Browser,
    pub socket: Socket,
}

impl Page {
    /// Signs in and opens the socket.
    pub(crate) async fn open(app: &TestApp, shop: &Shop, person: &str) -> Self {
        let browser = app.sign_in(&shop.email(person)).await;
        let (socket, _) = Socket::hello(&browser, &[]).await;
        Self { browser, socket }
    }

    /// Tries a command that is refused.
    pub(crate) async fn refused(&mut self, body: Command) -> Problem {
        match self.socket.command(socket::command_id(), body).await {
            CommandResult::Failed { problem } => problem,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Carries out a command that answers with a line of the thread.
    pub(crate) async fn done(&mut self, body: Command) {
        match self.socket.command(socket::command_id(), body).await {
            CommandResult::Done { .. } => {}
            other => panic!("not done: {other:?}"),
        }
    }

    /// Carries out a command that answers with a call.
    pub(crate) async fn call(&mut self, body: Command) -> CallView {
        match self.socket.command(socket::command_id(), body).await {
            CommandResult::Call { call } => *call,
            other => panic!("not a call: {other:?}"),
        }
    }

    /// Calls the thread's other person.
    pub(crate) async fn ring(&mut self, thread: ThreadId) -> CallView {
        self.call(Command::StartCall { thread }).await
    }

    /// Waits until the recording of a call that has ended is stored, from its beginning to its end.
    pub(crate) async fn stored_whole(&mut self, ended: &CallView) {
        let stored = self.told("recording_stored").await;
        let EventBody::RecordingStored { duration_ms, .. } = stored.body else {
            panic!("not a recording")
        };
        let duration = u64::try_from(ended.duration_ms.expect("it ran")).expect("positive");
        assert!(
            duration_ms.abs_diff(duration) < 1_000,
            "{duration_ms} ms recorded of {duration}"
        );
    }

    /// Waits for a signal that shows the call in this phase.
    pub(crate) async fn phase(&mut self, wanted: CallPhase) -> CallView {
        self.socket
            .wait(|frame| match frame {
                ServerFrame::Signal {
                    signal: ServerSignal::Call { call },
                } if call.phase == wanted => Some((**call).clone()),
                _ => None,
            })
            .await
    }

    /// Waits for an event of this kind.
    pub(crate) async fn told(&mut self, kind: &str) -> EventView {
        self.socket
            .wait(|frame| match frame {
                ServerFrame::Event { event, .. } if event.body.kind() == kind => {
                    Some(event.clone())
                }
                _ => None,
            })
            .await
    }

    /// The ticket into a call.
    pub(crate) async fn ticket(&self, call: CallId) -> CallTicket {
        let response = self
            .browser
            .post(&format!("/api/calls/{call}/ticket"), &())
            .await;
        assert!(
            response.status().is_success(),
            "no ticket: {}",
            response.status()
        );
        response.json().await.expect("a ticket")
    }

    /// Takes a ticket and joins with a new synthetic browser.
    pub(crate) async fn join(&self, call: CallId, seed: u64) -> InCall {
        let ticket = self.ticket(call).await;
        InCall::join(&self.browser, ticket, seed).await
    }
}

/// One person's leg.
pub(crate) struct InCall {
    pub signalling: CallSocket,
    pub peer: Peer,
}

impl InCall {
    /// Joins with a new synthetic browser.
    pub(crate) async fn join(browser: &Browser, ticket: CallTicket, seed: u64) -> Self {
        let (peer, offer) = Peer::start(seed);
        let mut signalling = CallSocket::open(browser).await;
        signalling
            .send(&CallClientFrame::Join {
                ticket: ticket.ticket,
                sdp: Some(offer),
                media: MediaState::default(),
            })
            .await;
        let answer = signalling
            .wait(|frame| match frame {
                CallServerFrame::Joined { sdp, .. } => sdp.clone(),
                _ => None,
            })
            .await;
        peer.answered(answer);
        Self { signalling, peer }
    }

    /// The tab is closed, which says so.
    pub(crate) async fn close_tab(mut self) {
        self.signalling.send(&CallClientFrame::Leaving).await;
    }

    /// Waits until the relay has let this leg go: its socket is closed.
    pub(crate) async fn hears_nothing_more(&mut self) {
        while self.signalling.next().await.is_some() {}
    }

    /// Waits until sound of the other side arrives.
    pub(crate) async fn hears(&self) {
        let before = self.peer.heard();
        crate::support::eventually("sound of the other side", async || {
            (self.peer.heard() > before + 5).then_some(())
        })
        .await;
    }
}

/// The call's own socket.
pub(crate) struct CallSocket {
    pub stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl CallSocket {
    pub(crate) async fn open(browser: &Browser) -> Self {
        let request = socket::request(browser, "/call", CALL_PROTOCOL);
        let (stream, _) = connect_async(request).await.expect("the call socket opens");
        Self { stream }
    }

    pub(crate) async fn send(&mut self, frame: &CallClientFrame) {
        socket::send(&mut self.stream, frame).await;
    }

    /// The next frame; `None` when the socket has ended.
    pub(crate) async fn next(&mut self) -> Option<CallServerFrame> {
        socket::read(&mut self.stream).await
    }

    /// Reads until `pick` picks a frame; the others are dropped.
    pub(crate) async fn wait<T>(
        &mut self,
        mut pick: impl FnMut(&CallServerFrame) -> Option<T>,
    ) -> T {
        loop {
            let frame = self.next().await.expect("the call socket stays open");
            if let CallServerFrame::Refused { problem } = &frame
                && pick(&frame).is_none()
            {
                panic!("refused: {problem:?}");
            }
            if let Some(found) = pick(&frame) {
                return found;
            }
        }
    }

    /// Waits for the call's end.
    pub(crate) async fn ended(&mut self) -> orderline_domain::call::CallEndReason {
        self.wait(|frame| match frame {
            CallServerFrame::Ended { reason } => Some(*reason),
            _ => None,
        })
        .await
    }
}

/// A call that runs: both sides there, both heard.
pub(crate) struct Running {
    pub seller: Page,
    pub buyer: Page,
    pub call: CallId,
    pub thread: ThreadId,
    pub at_seller: InCall,
    pub at_buyer: InCall,
}

/// The seller rings, the buyer reads the notice and accepts.
pub(crate) async fn accepted(app: &TestApp) -> (Page, Page, CallView) {
    let shop = &app.shops.ours;
    let mut seller = Page::open(app, shop, "seller").await;
    let mut buyer = Page::open(app, shop, "buyer").await;
    let rung = seller.ring(shop.thread).await;
    assert_eq!(rung.phase, CallPhase::Ringing);
    let seen = buyer.phase(CallPhase::Ringing).await;
    assert_eq!(seen.call, rung.call);
    let accepted = buyer.call(accept(&seen)).await;
    assert_eq!(accepted.phase, CallPhase::Connecting);
    (seller, buyer, accepted)
}

/// The command that accepts a call under the notice that it showed.
pub(crate) fn accept(call: &CallView) -> Command {
    Command::AnswerCall {
        call: call.call,
        answer: Answer::Accept {
            wording_hash: Some(call.notice.wording_hash.clone()),
            language: Some(call.notice.language.clone()),
        },
    }
}

/// A call up to the moment when both hear each other.
pub(crate) async fn running(app: &TestApp) -> Running {
    let (mut seller, buyer, call) = accepted(app).await;
    let at_seller = seller.join(call.call, 1).await;
    let at_buyer = buyer.join(call.call, 2).await;
    let active = seller.phase(CallPhase::Active).await;
    assert!(active.started_at.is_some());
    at_seller.hears().await;
    at_buyer.hears().await;
    Running {
        seller,
        buyer,
        call: call.call,
        thread: call.thread,
        at_seller,
        at_buyer,
    }
}

/// Whether an event belongs to this call.
pub(crate) fn is_of(event: &EventView, wanted: CallId) -> bool {
    match &event.body {
        EventBody::CallRang { call }
        | EventBody::CallStarted { call, .. }
        | EventBody::CallEnded { call, .. }
        | EventBody::CallMissed { call }
        | EventBody::CallDeclined { call, .. }
        | EventBody::CallBusy { call }
        | EventBody::CallCancelled { call }
        | EventBody::ConsentGiven { call, .. }
        | EventBody::RecordingStarted { call, .. }
        | EventBody::RecordingEnded { call, .. }
        | EventBody::RecordingStored { call, .. } => *call == wanted,
        _ => false,
    }
}
