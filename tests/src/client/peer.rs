//! A synthetic browser on a thread of its own that speaks a tone in real Opus.

use super::Tone;
use anyhow::{Context as _, Result};
use orderline_media::{
    TrackKind,
    engine::Output,
    testkit::udp::{self, UdpBrowser},
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// From one packet of sound to the next.
const PACKET: Duration = Duration::from_millis(20);

/// What a peer has said so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spoken {
    /// When its first packet went out.
    pub first: Option<Instant>,
    pub packets: u64,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    heard: AtomicU64,
    spoken: Mutex<Spoken>,
}

/// The browser. Dropped, it vanishes without a goodbye, as a browser that crashes.
pub struct Peer {
    shared: Arc<Shared>,
    answers: mpsc::Sender<String>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Peer {
    /// A browser that will speak this tone, and its offer.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn start(seed: u64, hertz: f32) -> Result<(Self, String)> {
        let (browser, offer) = UdpBrowser::new(Instant::now(), seed)?;
        let tone = Tone::new(hertz)?;
        let shared = Arc::new(Shared::default());
        let (answers, answer) = mpsc::channel();
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || run(browser, tone, &shared, &answer)
        });
        Ok((
            Self {
                shared,
                answers,
                thread: Some(thread),
            },
            offer,
        ))
    }

    /// Takes the relay's answer and begins to speak.
    ///
    /// # Errors
    /// When the browser has ended.
    pub fn answered(&self, sdp: String) -> Result<()> {
        self.answers
            .send(sdp)
            .context("the synthetic browser has ended")
    }

    /// Packets of sound that have arrived.
    pub fn heard(&self) -> u64 {
        self.shared.heard.load(Ordering::Relaxed)
    }

    pub fn spoken(&self) -> Spoken {
        *self
            .shared
            .spoken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it without a goodbye.
    ///
    /// # Errors
    /// What went wrong in its thread.
    pub fn vanish(mut self) -> Result<()> {
        self.shared.stop.store(true, Ordering::Relaxed);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => anyhow::bail!("the synthetic browser panicked"),
            None => Ok(()),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

fn run(
    browser: UdpBrowser,
    mut tone: Tone,
    shared: &Shared,
    answer: &mpsc::Receiver<String>,
) -> Result<()> {
    let mut browsers = [browser];
    let mut first = None;
    let mut connected = false;
    let mut packets = 0_u32;
    while !shared.stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        if let Ok(sdp) = answer.try_recv() {
            browsers[0].browser.answered(now, &sdp)?;
        }
        browsers[0].turn(now, |output| match output {
            Output::Connected => connected = true,
            Output::Rtp(packet) if packet.kind == TrackKind::Audio => {
                shared.heard.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        });
        if connected {
            let begun = *first.get_or_insert(now);
            while now.duration_since(begun) >= PACKET * packets {
                // The packet's place in time is its number, however late this thread was woken.
                browsers[0]
                    .browser
                    .speak_encoded(begun + PACKET * packets, tone.packet()?);
                packets += 1;
                *shared.spoken.lock().unwrap_or_else(PoisonError::into_inner) = Spoken {
                    first,
                    packets: packets.into(),
                };
            }
        }
        udp::wait(&mut browsers, Duration::from_millis(5));
    }
    Ok(())
}
