//! The real binary is killed under a recorded call and started again: the call goes on or is closed with right
//! times, and what was said until shortly before the kill is stored.

use crate::{
    call_support::{InCall, Page, accept},
    support::{Browser, PASSWORD, Shops, Socket, TestApp, TestDatabase, eventually, fresh_uuid},
};
use orderline_protocol::{
    call::{CallPhase, CallView},
    socket::Command,
};
use orderline_server::live::Clock;
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

    async fn page(&self, email: &str) -> (Page, Vec<CallView>) {
        let mut browser = Browser::new(self.addr);
        browser.sign_in(email, PASSWORD).await;
        let (socket, calls) = Socket::hello(&browser, &[]).await;
        (Page { browser, socket }, calls)
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

/// X1: killed in the middle of a call; both come back, the call goes on, one recording holds both parts and
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
    let (mut seller, calls) = again.page(&shops.ours.email("seller")).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].call, calls[0].phase),
        (call.call, CallPhase::Reconnecting)
    );
    assert_eq!(calls[0].started_at, Some(started));
    let (buyer, _) = again.page(&shops.ours.email("buyer")).await;
    let at_seller = seller.join(call.call, 21).await;
    let at_buyer = buyer.join(call.call, 22).await;
    seller.phase(CallPhase::Active).await;
    let gap = down.elapsed();
    at_seller.hears().await;
    at_buyer.hears().await;
    let ended = seller.call(Command::HangUp { call: call.call }).await;
    seller.stored_whole(&ended).await;

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
async fn talk(process: &Process, shops: &Shops) -> (CallView, jiff::Timestamp, [InCall; 2]) {
    let (mut seller, _) = process.page(&shops.ours.email("seller")).await;
    let (mut buyer, _) = process.page(&shops.ours.email("buyer")).await;
    let call = seller.ring(shops.ours.thread).await;
    buyer.call(accept(&call)).await;
    let one = seller.join(call.call, 11).await;
    let two = buyer.join(call.call, 12).await;
    let active = seller.phase(CallPhase::Active).await;
    // About five seconds: into the second segment.
    eventually("five seconds of sound", async || {
        (one.peer.heard() > 250 && two.peer.heard() > 250).then_some(())
    })
    .await;
    (call, active.started_at.expect("started"), [one, two])
}

/// Below the ports that the system gives to whoever asks for any: the process's own parts might get the very one.
fn free_port() -> u16 {
    loop {
        let port = 20_000 + u16::try_from(fresh_uuid().as_u128() % 12_000).expect("small");
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
