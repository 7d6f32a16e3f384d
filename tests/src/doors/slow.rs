//! A crowd of slow clients: some send a byte a second, some ask for much and read nothing, some follow threads and read
//! nothing.

use super::beside::{Chat, PAIRS, ROUNDS, median_alone, median_ratio};
use crate::{
    client::{Person, Socket},
    load::crowd::Pair,
    server::Server,
};
use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use orderline_domain::ids::ThreadId;
use serde::Serialize;
use std::{net::SocketAddr, path::Path, time::Duration};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet, time::sleep};

/// Slow clients that are there at the same time.
const CLIENTS: u32 = 1_000;
/// Of them, those that follow a thread.
const FOLLOWING: u32 = 300;
/// Of them, those that ask for a large file and read nothing.
const ASKING: u32 = 200;
/// Between two bytes of those that send.
const BYTE: Duration = Duration::from_secs(1);
/// Opened at the same time.
const AT_ONCE: usize = 64;

/// What is printed of it.
#[derive(Debug, Serialize)]
pub struct SlowReport {
    /// That were there in each round.
    pub slow_clients: u32,
    pub chat_p99_ms_before_slow: f64,
    pub chat_p99_ratio_slow: f64,
}

/// Writes beside them.
///
/// # Errors
/// When the server does not start or does not let them come.
pub async fn slow() -> Result<SlowReport> {
    let server = Server::start(&["--bench-pairs", &PAIRS.to_string()]).await?;
    let mut chat = Chat::open(&server).await?;
    let large = large_file(&chat.pairs[0].seller).await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let alone = chat.p99_ms().await?;
        let crowd = Crowd::come(server.addr, &chat.pairs, &large).await?;
        let beside = chat.p99_ms().await?;
        crowd.go();
        rounds.push((alone, beside));
    }
    chat.close().await;
    Ok(SlowReport {
        slow_clients: CLIENTS,
        chat_p99_ms_before_slow: median_alone(&rounds),
        chat_p99_ratio_slow: median_ratio(&rounds),
    })
}

/// The address of the largest file that the server has for everybody: the app.
async fn large_file(seller: &Person) -> Result<String> {
    let page = String::from_utf8(seller.bytes("/s/").await?)?;
    let is_code = |it: &&str| Path::new(it).extension().is_some_and(|kind| kind == "wasm");
    let names = page.split('"').find(is_code);
    let name = names.context("the page names its app")?;
    Ok(format!("/{}", name.trim_start_matches('/')))
}

/// The slow clients of one round.
struct Crowd {
    /// Sockets and connections that nobody reads.
    _sockets: Vec<Socket>,
    _asking: Vec<TcpStream>,
    sending: JoinSet<()>,
}

impl Crowd {
    async fn come(addr: SocketAddr, pairs: &[Pair], large: &str) -> Result<Self> {
        let people = pairs
            .iter()
            .flat_map(|it| [(&it.seller, it.thread), (&it.buyer, it.thread)]);
        let sockets: Vec<Socket> = stream::iter(people.cycle().take(FOLLOWING as usize))
            .map(|(person, thread): (&Person, ThreadId)| async move {
                Socket::open(person, &[(thread, 0)]).await
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        ensure!(sockets.len() == FOLLOWING as usize, "all of them follow");
        let asked = format!("GET {large} HTTP/1.1\r\nhost: {addr}\r\n\r\n");
        let mut asking = Vec::new();
        for _ in 0..ASKING {
            let mut connection = TcpStream::connect(addr).await?;
            connection.write_all(asked.as_bytes()).await?;
            asking.push(connection);
        }
        let mut sending = JoinSet::new();
        for _ in 0..CLIENTS - FOLLOWING - ASKING {
            sending.spawn(send_slowly(addr));
        }
        Ok(Self {
            _sockets: sockets,
            _asking: asking,
            sending,
        })
    }

    /// They hang up.
    fn go(mut self) {
        self.sending.abort_all();
    }
}

/// Sends the beginning of a request, a byte a second; comes back when it is shown the door.
async fn send_slowly(addr: SocketAddr) {
    loop {
        let Ok(mut connection) = TcpStream::connect(addr).await else {
            sleep(BYTE).await;
            continue;
        };
        let request = b"GET / HTTP/1.1\r\nhost: "
            .iter()
            .chain(b"a".iter().cycle());
        for byte in request {
            if connection.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(BYTE).await;
        }
    }
}
