//! A call with somebody whose network carries no UDP, and what strangers can do to the TCP port.

use crate::support::local_node::{self, FRAME, PATIENCE, call, join};
use orderline_domain::call::seat::Seat;
use orderline_media::{
    CallSpec, MediaEvent, TrackKind,
    engine::Output,
    node::MediaNode,
    testkit::{
        tcp::TcpBrowser,
        udp::{UdpBrowser, wait},
    },
};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// A node with the call, which is not recorded.
async fn node(spool: &Path, events: mpsc::Sender<MediaEvent>) -> MediaNode {
    let node = local_node::start(spool, events);
    let spec = CallSpec {
        call: call(),
        epoch: 1,
        recording: None,
    };
    node.create_call(spec).await.expect("a call");
    node
}

#[derive(Default)]
struct Got {
    connected: bool,
    sound: u32,
    pictures: u32,
}

impl Got {
    fn take(&mut self, output: &Output) {
        match output {
            Output::Connected => self.connected = true,
            Output::Rtp(rtp) if rtp.kind == TrackKind::Audio => self.sound += 1,
            Output::Rtp(_) => self.pictures += 1,
            _ => {}
        }
    }

    fn enough(&self) -> bool {
        self.connected && self.sound >= 100 && self.pictures >= 300
    }
}

/// One over TCP, one over UDP: both are heard and seen by the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_with_somebody_who_has_no_udp() {
    let spool = tempfile::tempdir().expect("a folder");
    let (sender, _events) = mpsc::channel(256);
    let node = node(spool.path(), sender).await;
    let port = node.local_tcp_addr().expect("a TCP port");

    let start = Instant::now();
    let (mut strict, offer) =
        TcpBrowser::new(start, port, node.local_addr(), 1).expect("a browser");
    let answer = join(&node, Seat::SELLER, offer).await;
    let candidate = format!(
        "tcp 1520435199 127.0.0.1 {} typ host tcptype passive",
        port.port()
    );
    assert!(answer.contains(&candidate), "the answer announces the port");
    strict
        .browser
        .answered(start, &answer)
        .expect("an answer that fits");
    let (mut free, offer) = UdpBrowser::new(start, 2).expect("a browser");
    let answer = join(&node, Seat::BUYER, offer).await;
    free.browser
        .answered(start, &answer)
        .expect("an answer that fits");

    let (mut over_tcp, mut over_udp) = (Got::default(), Got::default());
    let mut free = [free];
    let mut next = start;
    while !(over_tcp.enough() && over_udp.enough()) {
        let now = Instant::now();
        assert!(now - start < PATIENCE, "both talk in time");
        if now >= next {
            next += FRAME;
            for browser in [&mut strict.browser, &mut free[0].browser] {
                browser.speak(now);
                browser.show(now, TrackKind::Camera, true, 3);
            }
        }
        strict
            .turn(now, |output| over_tcp.take(&output))
            .expect("the connection stays");
        free[0].turn(now, |output| over_udp.take(&output));
        wait(&mut free, Duration::from_millis(2));
    }
    assert_eq!(node.stats().await.expect("stats").legs, 2);
}

/// Connections that do not begin with a binding request are closed; so are too many from one place; nobody else
/// notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_on_the_tcp_port_are_shown_out() {
    let spool = tempfile::tempdir().expect("a folder");
    let (sender, _events) = mpsc::channel(256);
    let node = node(spool.path(), sender).await;
    let port = node.local_tcp_addr().expect("a TCP port");
    let closed = move |greeting: &'static [u8]| {
        let mut stream = TcpStream::connect(port).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(greeting).expect("sent");
        matches!(stream.read(&mut [0; 16]), Ok(0) | Err(_))
    };
    tokio::task::spawn_blocking(move || {
        for greeting in [
            b"GET / HTTP/1.1\r\n\r\n".as_slice(),
            &[0, 4, 0x80, 0, 0, 0],
            &[0, 0],
            &[0xff; 4_000],
        ] {
            assert!(closed(greeting));
        }
        let begun = Instant::now();
        let mut crowd: Vec<TcpStream> = (0..65)
            .map(|_| TcpStream::connect(port).expect("a connection"))
            .collect();
        let last = crowd.last_mut().expect("a crowd");
        last.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        assert!(matches!(last.read(&mut [0; 16]), Ok(0) | Err(_)));
        assert!(
            begun.elapsed() < Duration::from_secs(9),
            "it was refused, not merely found silent"
        );
    })
    .await
    .expect("no failed check");
    assert_eq!(node.stats().await.expect("stats").legs, 0);
}
