//! A whole node on a real UDP port: two browsers, a recording, its end.

use crate::support::{
    leg_id,
    local_node::{self, FRAME, PATIENCE, call, join},
};
use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::RecordingId,
};
use orderline_media::{
    CallSpec, JoinSpec, MediaError, MediaEvent, RecordingKey, RecordingSpec, TrackKind,
    engine::Output,
    node::MediaNode,
    testkit::udp::{UdpBrowser, wait},
};
use std::{net::UdpSocket, path::Path, time::Instant};
use tokio::sync::mpsc;
use uuid::Uuid;

fn spec() -> CallSpec {
    let recording = RecordingId::from_uuid(Uuid::from_u128(2));
    CallSpec {
        call: call(),
        epoch: 3,
        recording: Some(RecordingSpec {
            recording,
            key: RecordingKey([7; 32]),
        }),
    }
}

/// Two browsers of one call, and how much each received.
struct Pair {
    browsers: Vec<UdpBrowser>,
    connected: usize,
    sound: [usize; 2],
    pictures: [usize; 2],
}

impl Pair {
    async fn join(node: &MediaNode) -> Self {
        let mut browsers = Vec::new();
        for seat in [Seat::SELLER, Seat::BUYER] {
            let now = Instant::now();
            let (mut browser, offer_sdp) =
                UdpBrowser::new(now, u64::from(seat.0) + 1).expect("a browser");
            let answer = join(node, seat, offer_sdp).await;
            browser
                .browser
                .answered(now, &answer)
                .expect("an answer that fits");
            browsers.push(browser);
        }
        Self {
            browsers,
            connected: 0,
            sound: [0; 2],
            pictures: [0; 2],
        }
    }

    fn turn(&mut self) {
        for (at, browser) in self.browsers.iter_mut().enumerate() {
            browser.turn(Instant::now(), |output| match output {
                Output::Connected => self.connected += 1,
                Output::Rtp(rtp) if rtp.kind == TrackKind::Audio => self.sound[at] += 1,
                Output::Rtp(_) => self.pictures[at] += 1,
                _ => {}
            });
        }
    }

    /// Both talk, as browsers do, until `done` or no more patience.
    fn talk_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        let mut next = start;
        while !done(self) {
            let now = Instant::now();
            assert!(
                now - start < PATIENCE,
                "{what}: {} {:?} {:?}",
                self.connected,
                self.sound,
                self.pictures
            );
            if now >= next {
                next += FRAME;
                for browser in &mut self.browsers {
                    browser.browser.speak(now);
                    browser.browser.show(now, TrackKind::Camera, true, 2);
                }
            }
            self.turn();
            wait(&mut self.browsers, next.saturating_duration_since(now));
        }
    }
}

async fn event(
    events: &mut mpsc::Receiver<MediaEvent>,
    what: &str,
    wanted: impl Fn(&MediaEvent) -> bool,
) -> MediaEvent {
    let found = async {
        loop {
            let event = events.recv().await.expect("the node reports");
            if wanted(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found)
        .await
        .unwrap_or_else(|_| panic!("no {what}"))
}

/// A recorded call from the first offer to the closed recording.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_call_on_a_real_port() {
    let spool = tempfile::tempdir().expect("a folder");
    let (sender, mut events) = mpsc::channel(256);
    let node = local_node::start(spool.path(), sender);
    node.create_call(spec()).await.expect("a call");
    node.create_call(spec()).await.expect("the same call again");
    let mut pair = Pair::join(&node).await;
    pair.talk_until("connected", |pair| pair.connected == 2);
    event(&mut events, "connection", |event| {
        matches!(event, MediaEvent::LegConnected { .. })
    })
    .await;

    // Strangers knock while the two talk.
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    for n in (0..=255u8).chain(0..=255) {
        stranger
            .send_to(&[n; 700], node.local_addr())
            .expect("sent");
    }
    pair.talk_until("media", |pair| {
        pair.sound
            .iter()
            .chain(&pair.pictures)
            .all(|got| *got >= 60)
    });
    let stats = node.stats().await.expect("stats");
    assert_eq!((stats.calls, stats.legs), (1, 2));
    assert!(
        stats.forwarded >= 240 && stats.dropped_unknown > 0,
        "{stats:?}"
    );

    node.end_call(call()).await.expect("the call exists");
    let MediaEvent::SegmentReady(segment) = event(&mut events, "segment", |event| {
        matches!(event, MediaEvent::SegmentReady(_))
    })
    .await
    else {
        unreachable!("the wanted event")
    };
    assert_eq!((segment.call, segment.epoch, segment.index), (call(), 3, 0));
    assert_eq!(
        std::fs::metadata(&segment.path)
            .expect("the segment's file")
            .len(),
        segment.bytes
    );
    event(&mut events, "end", |event| {
        matches!(event, MediaEvent::RecordingClosed { segments: 1.., .. })
    })
    .await;
    assert!(matches!(
        node.end_call(call()).await,
        Err(MediaError::UnknownCall)
    ));
    node.shutdown().await;
    assert!(matches!(node.stats().await, Err(MediaError::Stopped)));
}

/// Commands for calls and legs that do not exist are refused by name.
#[tokio::test]
async fn unknown_calls_and_legs_are_refused() {
    let spool = tempfile::tempdir().expect("a folder");
    let (sender, _events) = mpsc::channel(16);
    let node = local_node::start(spool.path(), sender);
    let (_, offer_sdp) = UdpBrowser::new(Instant::now(), 3).expect("a browser");
    let leg = leg_id(5);
    let join = JoinSpec {
        call: call(),
        leg,
        seat: Seat::BUYER,
        lane: Lane::First,
        offer_sdp,
    };
    assert!(matches!(
        node.join(join.clone()).await,
        Err(MediaError::UnknownCall)
    ));
    assert!(matches!(
        node.leave(call(), leg).await,
        Err(MediaError::UnknownCall)
    ));
    assert!(matches!(
        node.cut_recording(call()).await,
        Err(MediaError::UnknownCall)
    ));
    node.create_call(CallSpec {
        recording: None,
        ..spec()
    })
    .await
    .expect("a call");
    assert!(matches!(
        node.leave(call(), leg).await,
        Err(MediaError::UnknownLeg)
    ));
    let bad = JoinSpec {
        offer_sdp: "v=0".to_owned(),
        ..join
    };
    assert!(matches!(node.join(bad).await, Err(MediaError::BadOffer(_))));
}

/// A call that runs is recorded from a moment on, no longer, and again into another recording; forwarding goes
/// on untouched, and each recording tells of its own tracks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recording_begins_and_ends_under_a_running_call() {
    let spool = tempfile::tempdir().expect("a folder");
    let (sender, mut events) = mpsc::channel(1_024);
    let node = local_node::start(spool.path(), sender);
    let spec = |number: Option<u128>| CallSpec {
        call: call(),
        epoch: 1,
        recording: number.map(|number| RecordingSpec {
            recording: RecordingId::from_uuid(Uuid::from_u128(number)),
            key: RecordingKey([7; 32]),
        }),
    };
    assert!(matches!(
        node.record(spec(Some(2))).await,
        Err(MediaError::UnknownCall)
    ));
    node.create_call(spec(None)).await.expect("a call");
    let mut pair = Pair::join(&node).await;
    let more = |pair: &mut Pair| {
        let heard = pair.sound;
        pair.talk_until("more sound", |pair| {
            (0..2).all(|at| pair.sound[at] >= heard[at] + 20)
        });
    };
    more(&mut pair);
    let empty = |spool: &Path| std::fs::read_dir(spool).expect("a spool").next().is_none();
    assert!(empty(spool.path()), "nobody asked for a recording");
    for number in [2, 3] {
        let recording = RecordingId::from_uuid(Uuid::from_u128(number));
        node.record(spec(Some(number))).await.expect("it runs");
        node.record(spec(Some(number))).await.expect("it runs on");
        more(&mut pair);
        node.record(spec(None)).await.expect("it ends");
        more(&mut pair);
        let tracks = std::cell::Cell::new(0);
        let closed = event(&mut events, "end", |event| {
            match event {
                MediaEvent::TrackRecorded { recording: of, .. } => {
                    assert_eq!(*of, recording);
                    tracks.set(tracks.get() + 1);
                }
                MediaEvent::SegmentReady(segment) => assert_eq!(segment.recording, recording),
                _ => {}
            }
            matches!(event, MediaEvent::RecordingClosed { .. })
        })
        .await;
        // On a busy machine it takes longer than one segment.
        assert!(
            matches!(closed, MediaEvent::RecordingClosed { recording: of, segments: 1.., .. } if of == recording),
            "{closed:?}"
        );
        assert_eq!(tracks.get(), 4, "sound and picture of both");
    }
}
