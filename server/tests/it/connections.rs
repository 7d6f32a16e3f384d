//! Connections have an end and a share: whoever says nothing is shown out, and one network leaves room for others.

use crate::support::{Browser, Socket, TestApp, eventually};
use reqwest::StatusCode;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// A connection from another address of this machine's loopback.
async fn from(app: &TestApp, address: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let local = format!("{address}:0").parse().expect("an address");
    socket.bind(local).expect("a loopback address");
    socket.connect(app.server.addr).await.expect("connected")
}

/// The status line of an answer.
async fn ask(stream: &mut TcpStream) -> String {
    let request = format!("GET /api/site HTTP/1.1\r\nHost: {}\r\n\r\n", "127.0.0.1");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A thousand connections of one address that say nothing do not keep another one out, nor do those that speak slowly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_keep_nobody_out() {
    let app = TestApp::start_with(&[
        "--max-connections=64",
        "--max-connections-of-network=16",
        "--header-timeout-ms=60000",
    ])
    .await;
    let mut silent = Vec::new();
    for n in 0..1_000 {
        let Ok(mut stream) = TcpStream::connect(app.server.addr).await else {
            continue;
        };
        if n % 2 == 0 {
            // It speaks, and never ends. One that was shown out already hears it too late.
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nX: ").await;
        }
        silent.push(stream);
    }
    assert!(silent.len() > 64, "{} came through", silent.len());
    let mut honest = from(&app, "127.0.0.2").await;
    assert_eq!(ask(&mut honest).await, "HTTP/1.1 200");
    drop(silent);
    // The places that were given up are free again.
    eventually("a place", async || {
        let site = app.browser().request(reqwest::Method::GET, "/api/site");
        let answer = site.send().await.ok()?;
        (answer.status() == StatusCode::OK).then_some(())
    })
    .await;
    app.stop().await;
}

/// Headers that do not come in time end the connection; a socket that is up lives on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_have_their_time() {
    let app = TestApp::start_with(&["--header-timeout-ms=200"]).await;
    let buyer: Browser = app.sign_in(&app.shops.ours.email("buyer")).await;
    let (mut socket, _) = Socket::hello(&buyer, &[]).await;
    let mut silent = TcpStream::connect(app.server.addr)
        .await
        .expect("connected");
    let mut slow = TcpStream::connect(app.server.addr)
        .await
        .expect("connected");
    slow.write_all(b"GET / HTTP/1.1\r\nX: ")
        .await
        .expect("sent");
    for stream in [&mut silent, &mut slow] {
        let mut rest = Vec::new();
        // However it ends, it ends.
        let ended = timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok());
    }
    socket
        .send(&orderline_protocol::socket::ClientFrame::Ping { n: 7 })
        .await;
    socket
        .wait(|frame| {
            matches!(
                frame,
                orderline_protocol::socket::ServerFrame::Pong { n: 7 }
            )
            .then_some(())
        })
        .await;
    app.stop().await;
}
