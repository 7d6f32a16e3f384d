//! Thousands of open sockets, hundreds of messages a second: how long a message takes to the other side, what that
//! costs, and whether any is lost.

use super::crowd::{self, Pair};
use crate::{
    client::{Person, Socket, fresh_command},
    measure,
    server::Server,
};
use anyhow::{Context as _, Result, ensure};
use futures::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use orderline_domain::ids::ThreadId;
use orderline_protocol::socket::{ClientFrame, Command};
use serde::Serialize;
use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

/// Sockets opened at the same time.
const AT_ONCE: usize = 64;
/// Messages before the measurement begins, as seconds of load.
const WARM_UP_S: u32 = 5;
/// Longest wait for what is still on its way at the end.
const DRAIN: Duration = Duration::from_secs(15);
/// Messages that may wait for one socket's task.
const QUEUE: usize = 64;
/// Before the number of a message in its text.
const MARK: &str = "load message ";
/// Memory is read after the sockets have been still for this long.
const STILL: Duration = Duration::from_secs(3);

/// How much.
#[derive(Clone, Copy, Debug)]
pub struct ChatLoad {
    /// Two sockets each.
    pub threads: u32,
    pub messages_per_s: u32,
    pub seconds: u32,
}

/// The figures, as they are printed.
#[derive(Debug, Serialize)]
pub struct ChatReport {
    pub connections: u32,
    pub messages_per_s: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub fsync_floor_ms: f64,
    pub lost: u64,
    pub doubled: u64,
    pub cpu_s_per_1000: f64,
    pub rss_kib_per_connection: f64,
}

/// What became of one message.
#[derive(Default)]
struct Fate {
    sent: OnceLock<Instant>,
    acknowledged: AtomicU32,
    arrived: AtomicU32,
    /// From sent to received at the other side, in microseconds.
    took_us: AtomicU64,
}

/// Runs the load.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn chat(load: ChatLoad) -> Result<ChatReport> {
    ensure!(
        load.threads > 0 && load.messages_per_s > 0,
        "some threads and some messages"
    );
    let mut server = Server::start(&["--bench-pairs", &load.threads.to_string()]).await?;
    let pid = server.pid().context("the server runs")?;
    let pairs = crowd::sign_in(&server, load.threads).await?;
    eprintln!("{} people are signed in", pairs.len() * 2);
    let rss_before = measure::rss_kib(pid)?;
    let total = (WARM_UP_S + load.seconds) * load.messages_per_s;
    let fates: Arc<Vec<Fate>> = Arc::new((0..total).map(|_| Fate::default()).collect());
    let mut tasks = JoinSet::new();
    let senders = open(&pairs, &fates, &mut tasks).await?;
    sleep(STILL).await;
    let rss = measure::rss_kib(pid)? - rss_before;
    eprintln!("{} sockets are open", senders.len());
    let fsync_floor_ms = measure::fsync_floor_ms(server.data())?;

    let mut cpu = 0.0;
    let mut tick = interval(Duration::from_secs(1) / load.messages_per_s);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begin = WARM_UP_S * load.messages_per_s;
    for number in 0..total {
        tick.tick().await;
        if number == begin {
            cpu = measure::cpu_seconds_of_tree(pid)?;
        }
        // Every thread in turn; its two people take turns too.
        let thread = number as usize % pairs.len();
        let side = number as usize / pairs.len() % 2;
        senders[thread * 2 + side]
            .send(number)
            .await
            .context("the socket is open")?;
    }
    let cpu = measure::cpu_seconds_of_tree(pid)? - cpu;
    let done = timeout(DRAIN, async {
        while fates
            .iter()
            .any(|fate| fate.arrived.load(Ordering::Relaxed) == 0)
        {
            sleep(Duration::from_millis(100)).await;
        }
    });
    if done.await.is_err() {
        eprintln!("some messages have not arrived\n{}", server.said());
    }
    drop(senders);
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}
    server.stop().await?;
    Ok(report(
        load,
        &fates[begin as usize..],
        cpu,
        rss,
        fsync_floor_ms,
    ))
}

fn report(load: ChatLoad, fates: &[Fate], cpu: f64, rss: f64, fsync_floor_ms: f64) -> ChatReport {
    let count =
        |what: &dyn Fn(&Fate) -> bool| fates.iter().filter(|fate| what(fate)).count() as u64;
    let arrived = |fate: &Fate| fate.arrived.load(Ordering::Relaxed);
    let acknowledged = |fate: &Fate| fate.acknowledged.load(Ordering::Relaxed) > 0;
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a minute")]
    let mut took: Vec<f64> = fates
        .iter()
        .filter(|fate| arrived(fate) > 0)
        .map(|fate| fate.took_us.load(Ordering::Relaxed) as f64 / 1_000.0)
        .collect();
    let delivered = f64::from(u32::try_from(took.len()).unwrap_or(u32::MAX));
    let refused = count(&|fate| !acknowledged(fate));
    if refused > 0 {
        eprintln!("{refused} messages were not acknowledged");
    }
    let connections = load.threads * 2;
    ChatReport {
        connections,
        messages_per_s: measure::rounded(delivered / f64::from(load.seconds)),
        p50_ms: measure::rounded(measure::quantile(&mut took, 0.5)),
        p95_ms: measure::rounded(measure::quantile(&mut took, 0.95)),
        p99_ms: measure::rounded(measure::quantile(&mut took, 0.99)),
        fsync_floor_ms: measure::rounded(fsync_floor_ms),
        lost: count(&|fate| acknowledged(fate) && arrived(fate) == 0),
        doubled: count(&|fate| arrived(fate) > 1),
        cpu_s_per_1000: measure::rounded(cpu / delivered * 1_000.0),
        rss_kib_per_connection: measure::rounded(rss / f64::from(connections)),
    }
}

/// Opens both sockets of every pair; seller and buyer follow each other in the answer.
async fn open(
    pairs: &[Pair],
    fates: &Arc<Vec<Fate>>,
    tasks: &mut JoinSet<()>,
) -> Result<Vec<mpsc::Sender<u32>>> {
    let people = pairs
        .iter()
        .flat_map(|pair| [(&pair.seller, pair.thread), (&pair.buyer, pair.thread)]);
    let sockets: Vec<(Socket, ThreadId)> = stream::iter(people)
        .map(|(person, thread): (&Person, ThreadId)| async move {
            anyhow::Ok((Socket::open(person, &[]).await?, thread))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut senders = Vec::with_capacity(sockets.len());
    for (socket, thread) in sockets {
        let (sender, numbers) = mpsc::channel(QUEUE);
        tasks.spawn(talk(socket, thread, numbers, Arc::clone(fates)));
        senders.push(sender);
    }
    Ok(senders)
}

/// One socket: sends what it is told, notes what arrives from the other side.
async fn talk(
    mut socket: Socket,
    thread: ThreadId,
    mut numbers: mpsc::Receiver<u32>,
    fates: Arc<Vec<Fate>>,
) {
    // Numbers of the messages that wait for their answer; answers come in order.
    let mut own = std::collections::VecDeque::new();
    let mut mine = std::collections::HashSet::new();
    loop {
        tokio::select! {
            number = numbers.recv() => {
                let Some(number) = number else { return };
                let body = Command::SendMessage { thread, text: format!("{MARK}{number} with a few words more") };
                let frame = ClientFrame::Command { id: fresh_command(), body };
                let Ok(json) = serde_json::to_string(&frame) else { return };
                own.push_back(number);
                mine.insert(number);
                let _ = fates[number as usize].sent.set(Instant::now());
                if let Err(error) = socket.stream.send(Message::text(json)).await {
                    return eprintln!("a socket ended: {error}");
                }
            }
            message = socket.stream.next() => {
                match message {
                    Some(Ok(Message::Text(json))) => note(&json, &mut own, &mine, &fates),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return eprintln!("a socket ended: {error}"),
                    None => return eprintln!("a socket ended"),
                }
            }
        }
    }
}

/// Reads only as much of a frame as the measurement needs: the generator shares the machine with the server.
fn note(
    json: &str,
    own: &mut std::collections::VecDeque<u32>,
    mine: &std::collections::HashSet<u32>,
    fates: &[Fate],
) {
    if json.starts_with(r#"{"t":"reply""#) {
        let done = json.contains(r#""result":"done""#);
        if let (Some(number), true) = (own.pop_front(), done) {
            fates[number as usize]
                .acknowledged
                .fetch_add(1, Ordering::Relaxed);
        }
        return;
    }
    let Some(number) = json
        .split_once(MARK)
        .and_then(|(_, rest)| rest.split(' ').next()?.parse::<u32>().ok())
    else {
        return;
    };
    if mine.contains(&number) {
        return;
    }
    let Some((fate, sent)) = fates
        .get(number as usize)
        .and_then(|fate| Some((fate, fate.sent.get()?)))
    else {
        return;
    };
    if fate.arrived.fetch_add(1, Ordering::Relaxed) == 0 {
        let took = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
        fate.took_us.store(took, Ordering::Relaxed);
    }
}
