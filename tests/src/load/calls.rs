//! Many live recorded calls: what relaying and recording a packet costs, whether every packet is recorded, and what
//! a bad network does to the pictures.

use super::{
    crowd::{self, Pair},
    generator::{self, Generated, Phase, Shared},
    recorded,
};
use crate::{
    client::{CallSocket, Socket},
    measure,
    server::Server,
};
use anyhow::{Context as _, Result, bail, ensure};
use orderline_domain::ids::CallId;
use orderline_media::testkit::udp::UdpBrowser;
use orderline_protocol::{
    call::{CallClientFrame, CallPhase},
    recording::RecordingPhase,
    socket::{Answer, ClientFrame, Command},
};
use serde::Serialize;
use std::{
    sync::{Arc, atomic::Ordering, mpsc},
    time::{Duration, Instant},
};
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

/// Longest wait for the generator to end its turn: on a busy machine it has fallen behind and catches up.
const LAST_TURN: Duration = Duration::from_mins(1);
/// As often as a page.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Longest wait for the recordings to be complete.
const STORED: Duration = Duration::from_mins(2);

/// How much.
#[derive(Clone, Copy, Debug)]
pub struct CallLoad {
    pub calls: u32,
    /// Seconds with sound alone, then as many with pictures too, then as many with losses.
    pub seconds: u32,
    /// Percent of the media lost in the last of these; 0 leaves it out.
    pub loss: u32,
}

/// The figures, as they are printed.
#[derive(Debug, Serialize)]
pub struct CallReport {
    pub calls: u32,
    pub packets: u64,
    pub cpu_us_per_packet: f64,
    pub calls_per_core_audio: f64,
    pub calls_per_core_video: f64,
    pub rss_kib_per_call: f64,
    /// From one browser's socket through the relay to the other's.
    pub through_p50_ms: f64,
    pub through_p99_ms: f64,
    pub recorded_packets_missing: u64,
    #[serde(flatten)]
    pub bad_network: Option<BadNetwork>,
}

/// What the span with losses came to.
#[derive(Debug, Serialize)]
pub struct BadNetwork {
    pub loss_percent: u32,
    /// Packets of pictures that were lost, in both directions.
    pub lost: u64,
    /// Packets of pictures that were sent again, by the relay and by the senders.
    pub resent: u64,
    pub resent_over_lost: f64,
    /// Pauses in a picture of more than three times the usual, and of at least 150 ms more than usual.
    pub freezes: u64,
    pub frozen_percent: f64,
    pub keyframes_asked: u64,
    /// Packets of pictures that are not in the recording.
    pub recorded_packets_missing_at_loss: u64,
}

/// Runs the load.
///
/// # Errors
/// When a call does not come about.
pub async fn calls(load: CallLoad) -> Result<CallReport> {
    ensure!(
        load.calls > 0 && load.seconds > 0,
        "some calls for some time"
    );
    let mut server = Server::start(&["--bench-pairs", &load.calls.to_string()]).await?;
    let pid = server.pid().context("the server runs")?;
    let pairs = crowd::sign_in(&server, load.calls).await?;
    let rss_before = measure::rss_kib(pid)?;
    let shared = Arc::new(Shared::default());
    let mut browsers = Vec::new();
    let mut signalling = Vec::new();
    let mut live = Vec::new();
    for (number, pair) in (0_u64..).zip(&pairs) {
        let (call, sockets) = accept(pair).await?;
        for (person, side) in [(&pair.seller, 0), (&pair.buyer, 1)] {
            let now = Instant::now();
            let (mut browser, offer) = UdpBrowser::new(now, number * 2 + side)?;
            let (socket, answer, _) = CallSocket::join(person, call, offer).await?;
            browser.browser.answered(now, &answer)?;
            browsers.push(browser);
            signalling.push(socket);
        }
        live.push((call, sockets));
    }
    let (sent, all_sent) = mpsc::channel();
    let generator = std::thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            // The receiver waits for exactly this.
            let _ = sent.send(generator::run(browsers, &shared));
        }
    });
    let pages = KeptOpen::new(live, signalling);
    let everybody = load.calls * 2;
    timeout(Duration::from_mins(1), async {
        while shared.connected.load(Ordering::Relaxed) < everybody {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .context("everybody connects")?;
    shared.enter(Phase::Sound);
    let (audio, _) = phase(pid, load.seconds).await?;
    shared.enter(Phase::Pictures);
    let (video, rss) = phase(pid, load.seconds).await?;
    if load.loss > 0 {
        shared.enter(Phase::Losses(load.loss));
        sleep(Duration::from_secs(load.seconds.into())).await;
        // What was lost last is asked for and comes.
        shared.enter(Phase::Quiet);
        sleep(Duration::from_secs(1)).await;
    }
    shared.enter(Phase::Stop);
    let Generated { sent, through_ms } = all_sent
        .recv_timeout(LAST_TURN)
        .context("the generator ends")?;
    generator.join().ok().context("the generator ended well")?;
    // What is on its way arrives before the calls end.
    sleep(Duration::from_millis(500)).await;
    let (mut live, signalling) = pages.close().await?;
    for (call, sockets) in &mut live {
        sockets.0.call(Command::HangUp { call: *call }).await?;
    }
    drop(signalling);
    let calls: Vec<CallId> = live.iter().map(|(call, _)| *call).collect();
    stored(&server, &calls).await?;
    let missing = recorded::missing(&server, &calls, &sent).await?;
    server.stop().await?;
    let taken = Spent {
        cpu: [audio, video],
        rss: rss - rss_before,
        through_ms,
    };
    Ok(report(load, &sent, taken, missing))
}

type Live = Vec<(CallId, (Socket, Socket))>;

/// The pages' sockets, which say now and then that they are there.
struct KeptOpen {
    done: oneshot::Sender<()>,
    task: JoinHandle<Result<(Live, Vec<CallSocket>)>>,
}

impl KeptOpen {
    fn new(mut live: Live, mut signalling: Vec<CallSocket>) -> Self {
        let (done, mut over) = oneshot::channel();
        let task = tokio::spawn(async move {
            while timeout(PING_EVERY, &mut over).await.is_err() {
                for (_, (seller, buyer)) in &mut live {
                    seller.send(&ClientFrame::Ping { n: 0 }).await?;
                    buyer.send(&ClientFrame::Ping { n: 0 }).await?;
                }
                for socket in &mut signalling {
                    socket.send(&CallClientFrame::Ping { n: 0 }).await?;
                }
            }
            Ok((live, signalling))
        });
        Self { done, task }
    }

    async fn close(self) -> Result<(Live, Vec<CallSocket>)> {
        // A task that failed says why itself.
        self.done.send(()).ok();
        self.task.await?
    }
}

/// What the server took: processor seconds with sound alone and with pictures, memory in KiB, time for each packet.
struct Spent {
    cpu: [f64; 2],
    rss: f64,
    through_ms: Vec<f64>,
}

fn report(
    load: CallLoad,
    sent: &[generator::Sent],
    taken: Spent,
    missing: recorded::Missing,
) -> CallReport {
    let Spent {
        cpu,
        rss,
        mut through_ms,
    } = taken;
    let packets: u64 = sent
        .iter()
        .map(|it| it.clean.packets() - it.early.packets())
        .sum();
    let calls = f64::from(load.calls);
    let per_core = |cpu: f64| measure::rounded(calls / (cpu / f64::from(load.seconds)));
    #[expect(clippy::cast_precision_loss, reason = "packets of minutes")]
    let each = (cpu[0] + cpu[1]) * 1_000_000.0 / packets as f64;
    CallReport {
        calls: load.calls,
        packets,
        cpu_us_per_packet: measure::rounded(each),
        calls_per_core_audio: per_core(cpu[0]),
        calls_per_core_video: per_core(cpu[1]),
        rss_kib_per_call: measure::rounded(rss / calls),
        through_p50_ms: measure::rounded(measure::quantile(&mut through_ms, 0.5)),
        through_p99_ms: measure::rounded(measure::quantile(&mut through_ms, 0.99)),
        recorded_packets_missing: missing.clean,
        bad_network: (load.loss > 0).then(|| bad_network(load, sent, missing.at_loss)),
    }
}

fn bad_network(load: CallLoad, sent: &[generator::Sent], missing: u64) -> BadNetwork {
    let sum = |of: fn(&generator::Sent) -> u64| sent.iter().map(of).sum::<u64>();
    let (lost, resent) = (sum(|it| it.lost), sum(|it| it.resent));
    let frozen: Duration = sent.iter().map(|it| it.frozen).sum();
    let watched = f64::from(load.seconds) * f64::from(load.calls) * 2.0;
    #[expect(clippy::cast_precision_loss, reason = "packets of minutes")]
    let ratio = resent as f64 / lost.max(1) as f64;
    BadNetwork {
        loss_percent: load.loss,
        lost,
        resent,
        resent_over_lost: measure::rounded(ratio),
        freezes: sum(|it| it.freezes),
        frozen_percent: measure::rounded(frozen.as_secs_f64() * 100.0 / watched),
        keyframes_asked: sum(|it| it.keyframes_asked),
        recorded_packets_missing_at_loss: missing,
    }
}

/// Rings and accepts.
async fn accept(pair: &Pair) -> Result<(CallId, (Socket, Socket))> {
    let mut seller = Socket::open(&pair.seller, &[]).await?;
    let mut buyer = Socket::open(&pair.buyer, &[]).await?;
    let call = seller
        .call(Command::StartCall {
            thread: pair.thread,
        })
        .await?
        .call;
    let rung = buyer.phase(CallPhase::Ringing).await?;
    let answer = Answer::Accept {
        wording_hash: Some(rung.notice.wording_hash),
        language: Some(rung.notice.language),
    };
    buyer.call(Command::AnswerCall { call, answer }).await?;
    Ok((call, (seller, buyer)))
}

/// Lets the load run; processor seconds of the server alone meanwhile, and its memory at the end.
async fn phase(pid: u32, seconds: u32) -> Result<(f64, f64)> {
    let before = measure::cpu_seconds(pid)?;
    sleep(Duration::from_secs(seconds.into())).await;
    Ok((measure::cpu_seconds(pid)? - before, measure::rss_kib(pid)?))
}

/// Waits until every segment of these calls is in the object storage.
async fn stored(server: &Server, calls: &[CallId]) -> Result<()> {
    let compliance = crate::client::Person::enter(server.addr, "compliance").await?;
    timeout(STORED, async {
        loop {
            let list: orderline_protocol::http::RecordingList =
                compliance.get("/api/recordings?limit=200").await?;
            let open = list
                .items
                .iter()
                .any(|row| row.phase == RecordingPhase::Recording);
            if list.items.len() < calls.len() {
                bail!(
                    "{} of {} recordings are there",
                    list.items.len(),
                    calls.len()
                );
            }
            if !open && recorded::spool_is_empty(server)? {
                return anyhow::Ok(());
            }
            sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .context("the recordings are stored in time")?
}
