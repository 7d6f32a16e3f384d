//! What relaying and recording cost by themselves, without a server around them: a node and its recorder, calls of
//! two synthetic browsers each, the processor time of each of the node's threads, and how long packets take.
//!
//! `cargo run --release -p orderline-media --example forwarding -- CALLS SECONDS [audio]`

use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::{CallId, LegId, RecordingId},
};
use orderline_media::{
    CallSpec, JoinSpec, MediaEvent, NodeConfig, RecordingKey, RecordingSpec, TrackKind,
    engine::Output,
    node::MediaNode,
    record::Recorder,
    testkit::{
        media,
        udp::{self, UdpBrowser},
    },
};
use std::{
    collections::BTreeMap,
    fs,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::mpsc;
use uuid::Uuid;

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SOUND: Duration = Duration::from_millis(20);
const PICTURE: Duration = Duration::from_micros(33_333);
const PARTS: u8 = 4;
/// Ticks of the kernel's clock in a second of processor time.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let calls: u32 = arguments.next().unwrap_or("40".to_owned()).parse()?;
    let seconds: u64 = arguments.next().unwrap_or("20".to_owned()).parse()?;
    let pictures = arguments.next().is_none();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(run(calls, seconds, pictures))
}

async fn run(calls: u32, seconds: u64, pictures: bool) -> Result<(), Box<dyn std::error::Error>> {
    let spool = tempfile::tempdir()?;
    let (sender, mut events) = mpsc::channel(1_024);
    let config = NodeConfig {
        udp: (Ipv4Addr::LOCALHOST, 0).into(),
        tcp: None,
        announce: vec![Ipv4Addr::LOCALHOST.into()],
        only_from: None,
        spool: spool.path().to_owned(),
    };
    let recorder = Recorder::start(spool.path().to_owned(), sender.clone())?;
    let node = MediaNode::start(&config, Arc::new(recorder), sender)?;
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            if let MediaEvent::SegmentReady(segment) = event {
                // Stored elsewhere, as it were.
                let _ = fs::remove_file(segment.path);
            }
        }
    });
    let mut browsers = Vec::new();
    for number in 0..calls {
        let call = CallId::from_uuid(Uuid::from_u128(1 + u128::from(number)));
        let recording = RecordingSpec {
            recording: RecordingId::from_uuid(Uuid::from_u128(1 + u128::from(number))),
            key: RecordingKey([7; 32]),
        };
        let spec = CallSpec {
            call,
            epoch: 1,
            recording: Some(recording),
        };
        node.create_call(spec).await?;
        for seat in [Seat::SELLER, Seat::BUYER] {
            let now = Instant::now();
            let seed = u64::from(number) * 2 + u64::from(seat.0);
            let (mut browser, offer_sdp) = UdpBrowser::new(now, seed)?;
            let leg = LegId::from_uuid(Uuid::from_u128(u128::from(seed) + 1));
            let join = JoinSpec {
                call,
                leg,
                seat,
                lane: Lane::First,
                offer_sdp,
            };
            browser.browser.answered(now, &node.join(join).await?)?;
            browsers.push(browser);
        }
    }
    let connected = Arc::new(AtomicU32::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let generator = std::thread::Builder::new()
        .name("generator".to_owned())
        .spawn({
            let (connected, stop) = (Arc::clone(&connected), Arc::clone(&stop));
            move || generate(browsers, pictures, &connected, &stop)
        })?;
    while connected.load(Ordering::Relaxed) < calls * 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, packets) = (threads()?, node.stats().await?);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (after, stats) = (threads()?, node.stats().await?);
    stop.store(true, Ordering::Relaxed);
    let mut through = generator.join().map_err(|_| "the generator failed")?;
    through.sort();
    let forwarded = stats.forwarded - packets.forwarded;
    println!("{stats:?}");
    for (thread, ticks) in after {
        let spent = ticks - before.get(&thread).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "packets of minutes")]
        let each = spent / TICKS_PER_SECOND * 1_000_000.0 / forwarded as f64;
        println!("{thread:16} {each:6.2} us a packet");
    }
    println!("{forwarded} packets in {seconds} s");
    for (name, place) in [
        ("p50", through.len() / 2),
        ("p99", through.len() * 99 / 100),
    ] {
        println!("through {name} {:?}", through.get(place));
    }
    Ok(())
}

/// Processor time of this process's threads by name, in ticks.
fn threads() -> std::io::Result<BTreeMap<String, f64>> {
    let mut all = BTreeMap::new();
    for task in fs::read_dir("/proc/self/task")?.flatten() {
        let Ok(stat) = fs::read_to_string(task.path().join("stat")) else {
            continue;
        };
        let (Some(name), Some((_, rest))) = (
            stat.split_once('(')
                .and_then(|(_, rest)| rest.split_once(')')),
            stat.rsplit_once(')'),
        ) else {
            continue;
        };
        let ticks: f64 = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        *all.entry(name.0.to_owned()).or_default() += ticks;
    }
    Ok(all)
}

fn generate(
    mut browsers: Vec<UdpBrowser>,
    pictures: bool,
    connected: &AtomicU32,
    stop: &AtomicBool,
) -> Vec<Duration> {
    let mut sides = vec![(None, 0_u32, 0_u32); browsers.len()];
    let mut spoken = vec![Vec::<SystemTime>::new(); browsers.len()];
    let mut heard = vec![Vec::<(u32, SystemTime)>::new(); browsers.len()];
    while !stop.load(Ordering::Relaxed) {
        for (at, (browser, (begun, sounds, shown))) in
            browsers.iter_mut().zip(&mut sides).enumerate()
        {
            let now = Instant::now();
            let heard = &mut heard[at];
            let mut note = |received: Option<SystemTime>, output: Output| match output {
                Output::Connected if begun.is_none() => {
                    *begun = Some(now);
                    connected.fetch_add(1, Ordering::Relaxed);
                }
                Output::Rtp(rtp) if rtp.kind == TrackKind::Audio => {
                    heard.extend(media::sound_number(&rtp.payload).zip(received));
                }
                _ => {}
            };
            browser.turn_timed(now, &mut note);
            let Some(begun) = *begun else { continue };
            while now.duration_since(begun) >= SOUND * *sounds {
                spoken[at].push(browser.speak_at_once(now, |_| {}).1);
                *sounds += 1;
            }
            while pictures && now.duration_since(begun) >= PICTURE * *shown {
                let key_frame = *shown % 60 == 0;
                browser
                    .browser
                    .show(now, TrackKind::Camera, key_frame, PARTS);
                *shown += 1;
            }
            browser.turn_timed(now, |received, output| {
                if let Output::Rtp(rtp) = output
                    && rtp.kind == TrackKind::Audio
                {
                    heard.extend(media::sound_number(&rtp.payload).zip(received));
                }
            });
        }
        udp::wait(&mut browsers, Duration::from_millis(2));
    }
    // Two browsers that follow each other are a call.
    let took = |(at, heard): (usize, &Vec<(u32, SystemTime)>)| -> Vec<Duration> {
        let other = &spoken[at ^ 1];
        let sent = |number: u32| other.get(usize::try_from(number).ok()?);
        let one =
            |(number, received): &(u32, SystemTime)| received.duration_since(*sent(*number)?).ok();
        heard.iter().filter_map(one).collect()
    };
    heard.iter().enumerate().flat_map(took).collect()
}
