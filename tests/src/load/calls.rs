//! Many live recorded calls: what relaying and recording a packet costs, and whether every packet is recorded.

use super::{
    crowd::{self, Pair},
    recorded,
};
use crate::{
    client::{CallSocket, Socket},
    measure,
    server::Server,
};
use anyhow::{Context as _, Result, bail, ensure};
use orderline_domain::ids::CallId;
use orderline_media::{
    TrackKind,
    engine::Output,
    testkit::udp::{self, UdpBrowser},
};
use orderline_protocol::{
    socket::{Answer, Command},
    view::{CallPhase, RecordingPhase},
};
use serde::Serialize;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// From one packet of sound to the next.
const SOUND: Duration = Duration::from_millis(20);
/// From one picture to the next; four packets of 1,100 bytes each, 30 times a second, are 1.06 Mbit/s.
const PICTURE: Duration = Duration::from_micros(33_333);
pub(super) const PARTS: u8 = 4;
/// Every so many pictures a key frame.
const KEY_FRAME_EVERY: u64 = 60;
/// Longest wait for the recordings to be complete.
const STORED: Duration = Duration::from_mins(2);

/// How much.
#[derive(Clone, Copy, Debug)]
pub struct CallLoad {
    pub calls: u32,
    /// Seconds with sound alone, and then as many with pictures too.
    pub seconds: u32,
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
    pub recorded_packets_missing: u64,
}

/// What the generator's thread is told, and tells.
#[derive(Default)]
struct Shared {
    pictures: AtomicBool,
    stop: AtomicBool,
    connected: AtomicU32,
}

/// What one browser has sent.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent {
    pub sounds: u32,
    pub pictures: u32,
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
            browser.browser.answered(now, answer)?;
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
            let _ = sent.send(generate(browsers, &shared));
        }
    });
    let everybody = load.calls * 2;
    timeout(Duration::from_mins(1), async {
        while shared.connected.load(Ordering::Relaxed) < everybody {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .context("everybody connects")?;
    let (audio, _) = phase(pid, load.seconds).await?;
    shared.pictures.store(true, Ordering::Relaxed);
    let (video, rss) = phase(pid, load.seconds).await?;
    shared.stop.store(true, Ordering::Relaxed);
    let sent = all_sent
        .recv_timeout(Duration::from_secs(10))
        .context("the generator ends")?;
    generator.join().ok().context("the generator ended well")?;
    // What is on its way arrives before the calls end.
    sleep(Duration::from_millis(500)).await;
    for (call, sockets) in &mut live {
        sockets.0.call(Command::HangUp { call: *call }).await?;
    }
    drop(signalling);
    let calls: Vec<CallId> = live.iter().map(|(call, _)| *call).collect();
    stored(&server, &calls).await?;
    let missing = recorded::missing(&server, &calls, &sent).await?;
    server.stop().await?;
    let packets: u64 = sent
        .iter()
        .map(|it| u64::from(it.sounds) + u64::from(it.pictures) * u64::from(PARTS))
        .sum();
    Ok(report(
        load,
        packets,
        [audio, video],
        rss - rss_before,
        missing,
    ))
}

fn report(load: CallLoad, packets: u64, cpu: [f64; 2], rss: f64, missing: u64) -> CallReport {
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
        recorded_packets_missing: missing,
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

/// Everybody's browser in one thread: speaks on time, shows pictures when told to.
fn generate(mut browsers: Vec<UdpBrowser>, shared: &Shared) -> Vec<Sent> {
    struct Side {
        begun: Option<Instant>,
        shown_since: Option<Instant>,
        sent: Sent,
    }
    let mut sides: Vec<Side> = browsers
        .iter()
        .map(|_| Side {
            begun: None,
            shown_since: None,
            sent: Sent::default(),
        })
        .collect();
    while !shared.stop.load(Ordering::Relaxed) {
        let pictures = shared.pictures.load(Ordering::Relaxed);
        for (browser, side) in browsers.iter_mut().zip(&mut sides) {
            let now = Instant::now();
            let mut connected = false;
            browser.turn(now, |output| {
                connected |= matches!(output, Output::Connected);
            });
            if connected && side.begun.is_none() {
                side.begun = Some(now);
                shared.connected.fetch_add(1, Ordering::Relaxed);
            }
            let Some(begun) = side.begun else { continue };
            while now.duration_since(begun) >= SOUND * side.sent.sounds {
                browser.browser.speak(now);
                side.sent.sounds += 1;
            }
            if pictures {
                let since = *side.shown_since.get_or_insert(now);
                while now.duration_since(since) >= PICTURE * side.sent.pictures {
                    let key_frame = u64::from(side.sent.pictures).is_multiple_of(KEY_FRAME_EVERY);
                    browser
                        .browser
                        .show(now, TrackKind::Camera, key_frame, PARTS);
                    side.sent.pictures += 1;
                }
            }
            browser.turn(now, |_| {});
        }
        udp::wait(&mut browsers, Duration::from_millis(2));
    }
    sides.into_iter().map(|side| side.sent).collect()
}

/// Waits until every segment of these calls is in the object storage.
async fn stored(server: &Server, calls: &[CallId]) -> Result<()> {
    let compliance = crate::client::Person::enter(server.addr, "compliance").await?;
    timeout(STORED, async {
        loop {
            let list: orderline_protocol::http::RecordingList =
                compliance.get("/api/recordings").await?;
            let open = list
                .recordings
                .iter()
                .any(|row| row.phase == RecordingPhase::Recording);
            if list.recordings.len() < calls.len() {
                bail!(
                    "{} of {} recordings are there",
                    list.recordings.len(),
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
