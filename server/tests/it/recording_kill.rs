//! The real binary is killed under a recorded call and started again: the call goes on or is closed with right
//! times, and what was said until shortly before the kill is stored.

use crate::call_support::{CallSocket, Peer};
use crate::support::{
    Browser, PASSWORD, Shops, Socket, TestApp, TestDatabase, eventually, socket::command_id,
};
use orderline_domain::thread::EventBody;
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame, MediaState},
    http::CallTicket,
    socket::{Answer, Command, CommandResult, ServerFrame, ServerSignal},
    view::{CallPhase, CallView},
};
use orderline_server::app::Clock;
use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Stdio},
    time::Instant,
};

/// The server as a process of its own; killed when dropped.
struct Process {
    child: Child,
    addr: SocketAddr,
}

impl Process {
    async fn start(database: &TestDatabase, data: &Path, port: u16) -> Self {
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_orderline"))
            .args(["serve", &format!("--listen=127.0.0.1:{port}")])
            .arg(format!("--data={}", data.display()))
            .arg(format!("--database-url={}", database.url))
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let process = Self {
            child,
            addr: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        eventually("the server answers", async || {
            tokio::net::TcpStream::connect(process.addr).await.ok()
        })
        .await;
        process
    }

    async fn page(&self, email: &str) -> (Browser, Socket, Vec<CallView>) {
        let mut browser = Browser::new(self.addr);
        browser.sign_in(email, PASSWORD).await;
        let (socket, calls) = Socket::hello(&browser, &[]).await;
        (browser, socket, calls)
    }

    /// SIGKILL: no goodbye, no flush.
    fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Killed already in the good case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The call's socket and the media of one person.
type Leg = (CallSocket, Peer);

async fn join(browser: &Browser, call: &CallView, seed: u64) -> Leg {
    let response = browser
        .post(&format!("/api/calls/{}/ticket", call.call), &())
        .await;
    let ticket: CallTicket = response.json().await.expect("a ticket");
    let (peer, sdp) = Peer::start(seed);
    let mut socket = CallSocket::open(browser).await;
    socket
        .send(&CallClientFrame::Join {
            ticket: ticket.ticket,
            sdp: Some(sdp),
            media: MediaState::default(),
        })
        .await;
    let answer = socket
        .wait(|frame| match frame {
            CallServerFrame::Joined { sdp, .. } => sdp.clone(),
            _ => None,
        })
        .await;
    peer.answered(answer);
    (socket, peer)
}

async fn phase(socket: &mut Socket, wanted: CallPhase) -> CallView {
    socket
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Call { call },
            } if call.phase == wanted => Some((**call).clone()),
            _ => None,
        })
        .await
}

/// X1, B3: killed in the middle of a call; both come back, the call goes on, one recording holds both parts and
/// lacks at most a second before the kill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x1_killed_under_a_call() {
    // Writes the shops into the database that the process then uses.
    let app = TestApp::start().await;
    let TestApp {
        server,
        database,
        shops,
        data: first_data,
        ..
    } = app;
    server.stop().await.expect("stopped");
    drop(first_data);
    let data = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let mut process = Process::start(&database, data.path(), port).await;
    let (call, started, legs) = talk(&process, &shops).await;

    let clock = Clock::system();
    let killed_at = clock.now();
    process.kill();
    let down = Instant::now();
    drop(legs);
    drop(process);
    let again = Process::start(&database, data.path(), port).await;
    let (seller, mut at_seller, calls) = again.page(&shops.ours.email("seller")).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].call, calls[0].phase),
        (call.call, CallPhase::Reconnecting)
    );
    assert_eq!(calls[0].started_at, Some(started));
    let (buyer, _at_buyer, _) = again.page(&shops.ours.email("buyer")).await;
    let one = join(&seller, &call, 21).await;
    let two = join(&buyer, &call, 22).await;
    phase(&mut at_seller, CallPhase::Active).await;
    let gap = down.elapsed();
    heard(&one.1).await;
    heard(&two.1).await;
    let result = at_seller
        .command(command_id(), Command::HangUp { call: call.call })
        .await;
    let CommandResult::Call { call: ended } = result else {
        panic!("{result:?}")
    };
    let stored = at_seller
        .wait(|frame| match frame {
            ServerFrame::Event { event, .. } => match event.body {
                EventBody::RecordingStored { duration_ms, .. } => Some(duration_ms),
                _ => None,
            },
            _ => None,
        })
        .await;
    let duration = u64::try_from(ended.duration_ms.expect("it ran")).expect("positive");
    assert!(
        stored.abs_diff(duration) < 1_000,
        "{stored} ms recorded of {duration}"
    );

    // The first process's part reaches to within a second of the kill.
    let mut conn = database.connect().await;
    let lost: f64 = sqlx::query_scalar(
        "SELECT extract(epoch FROM $1::timestamptz - max(last_at))::float8 FROM recording_segments WHERE epoch = 1",
    )
    .bind(jiff_sqlx::Timestamp::from(killed_at))
    .fetch_one(&mut conn)
    .await
    .expect("segments");
    assert!(
        lost < 1.0,
        "{lost} s of sound were lost; the gap was {gap:?}"
    );
    drop(conn);
    drop(again);
    database.remove().await;
}

/// Rings, accepts, joins; returns once both hear each other and something is on disk.
async fn talk(process: &Process, shops: &Shops) -> (CallView, jiff::Timestamp, [Leg; 2]) {
    let (seller, mut at_seller, _) = process.page(&shops.ours.email("seller")).await;
    let (buyer, mut at_buyer, _) = process.page(&shops.ours.email("buyer")).await;
    let start = Command::StartCall {
        thread: shops.ours.thread,
    };
    let CommandResult::Call { call } = at_seller.command(command_id(), start).await else {
        panic!("no call")
    };
    let answer = Answer::Accept {
        wording_hash: Some(call.notice.wording_hash.clone()),
        language: Some(call.notice.language.clone()),
    };
    at_buyer
        .command(
            command_id(),
            Command::AnswerCall {
                call: call.call,
                answer,
            },
        )
        .await;
    let one = join(&seller, &call, 11).await;
    let two = join(&buyer, &call, 12).await;
    let active = phase(&mut at_seller, CallPhase::Active).await;
    // About five seconds: into the second segment.
    crate::support::eventually("five seconds of sound", async || {
        (one.1.heard() > 250 && two.1.heard() > 250).then_some(())
    })
    .await;
    (*call, active.started_at.expect("started"), [one, two])
}

async fn heard(peer: &Peer) {
    let before = peer.heard();
    eventually("sound after the restart", async || {
        (peer.heard() > before + 5).then_some(())
    })
    .await;
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
