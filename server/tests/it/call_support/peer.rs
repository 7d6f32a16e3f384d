//! A synthetic browser on a thread of its own: speaks every 20 ms, shows a picture every 100 ms, counts what it
//! hears.

use orderline_media::{
    TrackKind,
    engine::Output,
    testkit::udp::{self, UdpBrowser},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A synthetic browser. Dropped, it vanishes without a goodbye, as a browser that crashes.
pub(crate) struct Peer {
    heard: Arc<AtomicU64>,
    voices: Voices,
    stop: Arc<AtomicBool>,
    answers: mpsc::Sender<String>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    /// A browser and its offer.
    pub(crate) fn start(seed: u64) -> (Self, String) {
        let (browser, offer) = UdpBrowser::new(Instant::now(), seed).expect("a synthetic browser");
        let heard = Arc::new(AtomicU64::new(0));
        let voices = Voices::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (answers, answer) = mpsc::channel();
        let thread = std::thread::spawn({
            let (heard, stop) = (Arc::clone(&heard), Arc::clone(&stop));
            let voices = Arc::clone(&voices);
            move || run(browser, &heard, &voices, &stop, &answer)
        });
        (
            Self {
                heard,
                voices,
                stop,
                answers,
                thread: Some(thread),
            },
            offer,
        )
    }

    /// Takes the relay's answer and begins to send.
    pub(crate) fn answered(&self, sdp: String) {
        self.answers.send(sdp).expect("the browser runs");
    }

    /// Packets of sound that have arrived.
    pub(crate) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    /// The same by stream, in the order of their first packets.
    pub(crate) fn voices(&self) -> Vec<u64> {
        let voices = self.voices.lock().expect("nobody panicked");
        voices.iter().map(|(_, heard)| *heard).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the browser's thread ended well");
        }
    }
}

/// Packets of sound by stream.
type Voices = Arc<Mutex<Vec<(u32, u64)>>>;

fn run(
    browser: UdpBrowser,
    heard: &AtomicU64,
    voices: &Voices,
    stop: &AtomicBool,
    answer: &mpsc::Receiver<String>,
) {
    let mut browsers = [browser];
    let started = Instant::now();
    let (mut connected, mut spoken, mut shown) = (false, 0, 0);
    while !stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        if let Ok(sdp) = answer.try_recv() {
            browsers[0]
                .browser
                .answered(now, &sdp)
                .expect("the answer fits the offer");
        }
        browsers[0].turn(now, |output| match output {
            Output::Connected => connected = true,
            Output::Rtp(packet) if packet.kind == TrackKind::Audio => {
                heard.fetch_add(1, Ordering::Relaxed);
                let mut voices = voices.lock().expect("nobody panicked");
                match voices.iter_mut().find(|(ssrc, _)| *ssrc == packet.ssrc) {
                    Some((_, heard)) => *heard += 1,
                    None => voices.push((packet.ssrc, 1)),
                }
            }
            _ => {}
        });
        if connected {
            let passed = u64::try_from(now.duration_since(started).as_millis()).unwrap_or(u64::MAX);
            if spoken < passed / 20 {
                spoken = passed / 20;
                browsers[0].browser.speak(now);
            }
            if shown < passed / 100 {
                shown = passed / 100;
                browsers[0]
                    .browser
                    .show(now, TrackKind::Camera, shown % 20 == 1, 2);
            }
        }
        udp::wait(&mut browsers, Duration::from_millis(5));
    }
}
