//! The real binary, told to stop while a call rings.

use crate::{
    call_support::Page,
    support::{Browser, PASSWORD, PATIENCE, Socket, TestApp, TestDatabase, shops::Shop},
};
use orderline_protocol::{
    call::CallPhase,
    problem::Code,
    socket::{ByeReason, Command},
    system::{Part, Readiness},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{net::SocketAddr, path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command as Program},
    time::timeout,
};

/// A server in a process of its own.
struct Server {
    child: Child,
    addr: SocketAddr,
}

impl Server {
    async fn start(database: &TestDatabase, data: &Path, drain: u32) -> Self {
        let mut child = Program::new(env!("CARGO_BIN_EXE_orderline"))
            .args(["serve", "--listen=127.0.0.1:0", "--no-turn"])
            .arg(format!("--data={}", data.display()))
            .arg(format!("--database-url={}", database.url))
            .arg(format!("--drain={drain}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = timeout(PATIENCE, said.next_line()).await.expect("in time");
        let line = line.expect("read").expect("a line");
        let port = line
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .expect("a port");
        let port: u16 = port.parse().expect("a port");
        Self {
            child,
            addr: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }

    async fn page(&self, shop: &Shop, person: &str) -> Page {
        let mut browser = Browser::new(self.addr);
        browser.sign_in(&shop.email(person), PASSWORD).await;
        let (socket, _) = Socket::hello(&browser, &[]).await;
        Page { browser, socket }
    }

    fn terminate(&self) {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok());
        let pid = pid.and_then(Pid::from_raw).expect("it runs");
        kill_process(pid, Signal::TERM).expect("told");
    }

    /// Waits for its end; whether it was a good one.
    async fn ended(&mut self) -> bool {
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("it ends in time");
        status.expect("a status").success()
    }
}

/// No new calls, sockets move, the running call ends in peace, and then the process does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_running_calls_and_takes_no_new_ones() {
    let app = TestApp::start().await;
    let (database, shops, data) = app.abandon().await;
    let shop = &shops.ours;
    let mut server = Server::start(&database, data.path(), 600).await;
    let mut seller = server.page(shop, "seller").await;
    let call = seller.ring(shop.thread).await.call;
    server.terminate();
    assert_eq!(seller.socket.bye().await, ByeReason::Restarting);
    // There is no other server, so the page comes back here: the call needs it.
    let (socket, calls) = Socket::hello(&seller.browser, &[]).await;
    seller.socket = socket;
    assert_eq!(calls.iter().map(|it| it.call).collect::<Vec<_>>(), [call]);
    let again = seller
        .refused(Command::StartCall {
            thread: shop.thread,
        })
        .await;
    assert_eq!((again.code, again.status), (Code::Restarting, 503));
    let response = seller.browser.get("/readyz").await;
    assert_eq!(response.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
    let readiness: Readiness = response.json().await.expect("JSON");
    let process = readiness.parts.iter().find(|it| it.part == Part::Process);
    assert!(process.is_some_and(|it| !it.ok && it.words.contains("no new calls")));
    assert_eq!(
        seller.browser.get("/livez").await.status(),
        reqwest::StatusCode::OK
    );
    let ended = seller.call(Command::HangUp { call }).await;
    assert_eq!(ended.phase, CallPhase::Cancelled);
    assert!(server.ended().await, "it ends by itself once the call has");
    database.remove().await;
}

/// A call that goes on for longer than the limit is left to the next process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_only_as_long_as_it_may() {
    let app = TestApp::start().await;
    let (database, shops, data) = app.abandon().await;
    let shop = &shops.ours;
    let mut server = Server::start(&database, data.path(), 1).await;
    let mut seller = server.page(shop, "seller").await;
    let call = seller.ring(shop.thread).await.call;
    server.terminate();
    assert!(server.ended().await);
    let mut next = Server::start(&database, data.path(), 0).await;
    let mut browser = Browser::new(next.addr);
    browser.cookie.clone_from(&seller.browser.cookie);
    let (mut socket, calls) = Socket::hello(&browser, &[]).await;
    assert_eq!(calls.iter().map(|it| it.call).collect::<Vec<_>>(), [call]);
    let hang_up = Command::HangUp { call };
    socket
        .command(crate::support::socket::command_id(), hang_up)
        .await;
    next.terminate();
    assert!(next.ended().await);
    database.remove().await;
}
