//! Everybody's browser in one thread: speaks on time, shows and watches pictures, over a bad network when told to.

use super::watch::{PARTS, Watch};
use orderline_media::{
    MediaLine, TrackKind,
    engine::Output,
    testkit::{
        media,
        udp::{self, Losses, UdpBrowser},
    },
};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// From one packet of sound to the next.
const SOUND: Duration = Duration::from_millis(20);
/// From one picture to the next; packets of 1,100 bytes each, 30 times a second, are 1.06 Mbit/s.
const PICTURE: Duration = Duration::from_micros(33_333);
/// Every so many pictures a key frame.
const KEY_FRAME_EVERY: u64 = 60;

/// What everybody does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Whoever is connected speaks; not everybody is.
    #[default]
    Meeting,
    Sound,
    Pictures,
    /// This percentage of the media is lost.
    Losses(u32),
    /// Nothing is lost any more, and no new pictures come.
    Quiet,
    Stop,
}

/// What the generator's thread is told, and tells.
#[derive(Default)]
pub(super) struct Shared {
    phase: Mutex<Phase>,
    pub connected: AtomicU32,
}

impl Shared {
    pub(super) fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much.
#[derive(Clone, Copy, Default)]
pub(super) struct Amount {
    pub sounds: u32,
    pub pictures: u32,
}

impl Amount {
    pub(super) fn packets(self) -> u64 {
        u64::from(self.sounds) + u64::from(self.pictures) * u64::from(PARTS)
    }
}

/// What one browser has sent and seen.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent {
    /// While nothing was lost.
    pub clean: Amount,
    /// Of these, what was sent before everybody had come.
    pub early: Amount,
    /// All pictures.
    pub pictures: u32,
    pub lost: u64,
    pub resent: u64,
    pub freezes: u64,
    pub frozen: Duration,
    pub keyframes_asked: u64,
}

/// What all browsers together have sent and seen.
pub(super) struct Generated {
    pub sent: Vec<Sent>,
    /// From one browser's socket to the other's, in milliseconds: every packet of sound while nothing was lost.
    pub through_ms: Vec<f64>,
}

/// One browser's doing.
#[derive(Default)]
struct Side {
    begun: Option<Instant>,
    shown_since: Option<Instant>,
    now: Amount,
    early: Amount,
    clean: Option<Amount>,
    watch: Watch,
    /// When each packet of sound was sent.
    spoken: Vec<SystemTime>,
    /// Number and arrival of each packet of sound that was measured.
    heard: Vec<(u32, SystemTime)>,
    keyframe_wanted: bool,
    keyframes_asked: u64,
}

impl Side {
    fn seen(&mut self, now: Instant, phase: Phase, seen: (Option<SystemTime>, &Output)) -> bool {
        let (received, output) = seen;
        match output {
            Output::Connected => return true,
            Output::Rtp(rtp) if rtp.kind == TrackKind::Audio => {
                let number = media::sound_number(&rtp.payload);
                let measured = matches!(phase, Phase::Sound | Phase::Pictures);
                self.heard.extend(number.zip(received).filter(|_| measured));
            }
            Output::KeyframeRequested(MediaLine::Camera) => {
                self.keyframe_wanted = true;
                self.keyframes_asked += u64::from(matches!(phase, Phase::Losses(_)));
            }
            Output::Rtp(rtp) if rtp.kind == TrackKind::Camera => {
                if let (Phase::Losses(_), Some((number, part))) =
                    (phase, media::picture_number(&rtp.payload))
                {
                    // The frame tag's lowest bit is 0 in a key frame (RFC 6386, section 9.1).
                    let key_frame = rtp.payload.get(4).is_some_and(|tag| tag & 1 == 0);
                    self.watch.part(now, number, part, key_frame);
                }
            }
            _ => {}
        }
        false
    }

    /// Says and shows what is due.
    fn send(&mut self, now: Instant, begun: Instant, phase: Phase, browser: &mut UdpBrowser) {
        while now.duration_since(begun) >= SOUND * self.now.sounds {
            let (_, sent) = browser.speak_at_once(now, |output| {
                self.seen(now, phase, (None, &output));
            });
            self.spoken.push(sent);
            self.now.sounds += 1;
        }
        if !matches!(phase, Phase::Pictures | Phase::Losses(_)) {
            return;
        }
        let since = *self.shown_since.get_or_insert(now);
        while now.duration_since(since) >= PICTURE * self.now.pictures {
            let regular = u64::from(self.now.pictures).is_multiple_of(KEY_FRAME_EVERY);
            let key_frame = std::mem::take(&mut self.keyframe_wanted) || regular;
            browser
                .browser
                .show(now, TrackKind::Camera, key_frame, PARTS);
            self.now.pictures += 1;
        }
    }

    fn sent(self, browser: &UdpBrowser) -> Sent {
        let losses = browser.losses.as_ref();
        Sent {
            clean: self.clean.unwrap_or(self.now),
            early: self.early,
            pictures: self.now.pictures,
            lost: losses.map_or(0, |losses| losses.lost),
            resent: losses.map_or(0, |losses| losses.retransmitted),
            freezes: self.watch.freezes,
            frozen: self.watch.frozen,
            keyframes_asked: self.keyframes_asked,
        }
    }
}

/// Runs until told to stop.
pub(super) fn run(mut browsers: Vec<UdpBrowser>, shared: &Shared) -> Generated {
    let mut sides: Vec<Side> = browsers.iter().map(|_| Side::default()).collect();
    let mut phase = Phase::default();
    while phase != Phase::Stop {
        let next = shared.phase();
        if next != phase {
            phase = next;
            change(&mut browsers, &mut sides, phase);
        }
        for (browser, side) in browsers.iter_mut().zip(&mut sides) {
            let now = Instant::now();
            let mut connected = false;
            browser.turn_timed(now, |received, output| {
                connected |= side.seen(now, phase, (received, &output));
            });
            if connected && side.begun.is_none() {
                side.begun = Some(now);
                shared.connected.fetch_add(1, Ordering::Relaxed);
            }
            if let Some(begun) = side.begun {
                side.send(now, begun, phase, browser);
            }
            browser.turn_timed(now, |received, output| {
                side.seen(now, phase, (received, &output));
            });
        }
        udp::wait(&mut browsers, Duration::from_millis(2));
    }
    Generated {
        through_ms: through(&sides),
        sent: sides
            .into_iter()
            .zip(&browsers)
            .map(|(side, browser)| side.sent(browser))
            .collect(),
    }
}

/// How long each packet took; two sides that follow each other are a call.
fn through(sides: &[Side]) -> Vec<f64> {
    let (calls, _) = sides.as_chunks();
    let both = calls.iter().flat_map(|[a, b]| [(a, b), (b, a)]);
    both.flat_map(|(hearer, speaker)| {
        hearer.heard.iter().filter_map(|(number, received)| {
            let sent = speaker.spoken.get(usize::try_from(*number).ok()?)?;
            let took = received.duration_since(*sent).unwrap_or_default();
            Some(took.as_secs_f64() * 1_000.0)
        })
    })
    .collect()
}

/// What a new phase changes once.
fn change(browsers: &mut [UdpBrowser], sides: &mut [Side], phase: Phase) {
    for (seed, (browser, side)) in (0_u64..).zip(browsers.iter_mut().zip(sides)) {
        match phase {
            Phase::Sound => side.early = side.now,
            Phase::Losses(percent) => {
                side.clean = Some(side.now);
                browser.losses = Some(Losses::new(percent, seed));
            }
            Phase::Quiet => {
                // Counting goes on, losing does not.
                if let Some(losses) = &mut browser.losses {
                    losses.stop();
                }
            }
            Phase::Meeting | Phase::Pictures | Phase::Stop => {}
        }
    }
}
