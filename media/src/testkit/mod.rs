//! A synthetic browser: offers three tracks, sends numbered packets that look like Opus and VP8, receives.
//! Without sockets or a clock, like everything that it talks to. For tests and the load generator.

pub mod media;
pub mod tcp;
pub mod udp;

use crate::{
    MediaError,
    engine::{Engine, FeedbackStats, Offer, Offered, Output, Ssrcs},
    rtp::{Codec, MediaLine, RtpOut, TrackKind, clock::ticks},
};
use bytes::Bytes;
use orderline_domain::call::hand_over::Lane;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Where one outgoing stream stands.
#[derive(Clone, Copy)]
struct Stream {
    sequence: u16,
    start_time: u32,
    /// Packets of sound, or pictures, sent so far.
    sent: u32,
}

/// One participant's browser.
pub struct Browser {
    /// Until the answer comes.
    offered: Option<Box<Offered>>,
    /// From then on.
    engine: Option<Box<Engine>>,
    started: Instant,
    streams: [Stream; 3],
}

impl Browser {
    /// A browser at `local`, and its offer. Everything random comes from `seed`.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`] when the library cannot make an offer.
    pub fn new(now: Instant, local: SocketAddr, seed: u64) -> Result<(Self, String), MediaError> {
        Self::with_room(now, local, seed, false)
    }

    /// The same with room for a `second` person, as today's pages have it.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`] when the library cannot make an offer.
    pub fn with_room(
        now: Instant,
        local: SocketAddr,
        seed: u64,
        second: bool,
    ) -> Result<(Self, String), MediaError> {
        let mut random = StdRng::seed_from_u64(seed);
        let ufrag = format!("{:016x}", random.random::<u64>());
        let pwd = format!("{:032x}", random.random::<u128>());
        let mut ssrc = random.random::<u32>() & !0xff;
        let ssrcs = Ssrcs::default().map(|_| {
            ssrc += 1;
            ssrc
        });
        let offer = Offer {
            now,
            local,
            ufrag: &ufrag,
            pwd: &pwd,
            ssrcs,
            second,
        };
        let (offered, sdp) =
            Engine::offer(&offer).map_err(|error| MediaError::BadOffer(error.to_string()))?;
        let streams = [(); 3].map(|()| Stream {
            sequence: random.random(),
            start_time: random.random(),
            sent: 0,
        });
        Ok((
            Self {
                offered: Some(Box::new(offered)),
                engine: None,
                started: now,
                streams,
            },
            sdp,
        ))
    }

    /// Begins a track anywhere in its numbers and times, before its first packet.
    pub fn begin_at(&mut self, kind: TrackKind, sequence: u16, timestamp: u32) {
        let stream = &mut self.streams[kind.index()];
        (stream.sequence, stream.start_time) = (sequence, timestamp);
    }

    /// Numbers what it says and shows from here on, before its first packet.
    pub fn count_from(&mut self, number: u32) {
        for stream in &mut self.streams {
            stream.sent = number;
        }
    }

    /// NACK and RTX counters of this browser.
    pub fn feedback_stats(&self) -> FeedbackStats {
        self.engine
            .as_ref()
            .map(|it| it.feedback_stats())
            .unwrap_or_default()
    }

    /// Takes the relay's answer.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`] when it does not fit the offer, or is not the first.
    pub fn answered(&mut self, now: Instant, answer: &str) -> Result<(), MediaError> {
        let offered = self
            .offered
            .take()
            .ok_or_else(|| MediaError::BadOffer("it was answered before".to_owned()))?;
        let engine = offered.answered(now, answer);
        let engine = engine.map_err(|error| MediaError::BadOffer(error.to_string()))?;
        self.engine = Some(Box::new(engine));
        Ok(())
    }

    pub fn handle(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        if let Some(engine) = &mut self.engine {
            engine.handle(now, source, bytes);
        }
    }

    /// What the browser sends and sees; read it empty after every call.
    pub fn poll(&mut self) -> Option<Output> {
        self.engine.as_mut()?.poll()
    }

    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.engine.as_mut()?.poll_timeout()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(engine) = &mut self.engine {
            engine.handle_timeout(now);
        }
    }

    /// Asks the other side for a key frame, as a decoder does that lost its picture.
    pub fn request_keyframe(&mut self, kind: TrackKind) {
        if let Some(engine) = &mut self.engine {
            engine.request_keyframe(kind);
        }
    }

    /// Leaves with a goodbye.
    pub fn close(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.close();
        }
    }

    /// Sends the next 20 ms of sound; returns its number.
    pub fn speak(&mut self, now: Instant) -> u32 {
        let number = self.streams[TrackKind::Audio.index()].sent;
        self.send(now, TrackKind::Audio, false, media::sound(number));
        self.streams[TrackKind::Audio.index()].sent += 1;
        number
    }

    /// Sends 20 ms of sound that the caller encoded, with `at` as its time.
    pub fn speak_encoded(&mut self, at: Instant, opus: Bytes) {
        self.send(at, TrackKind::Audio, false, opus);
        self.streams[TrackKind::Audio.index()].sent += 1;
    }

    /// Sends the next picture in `parts` packets; returns its number.
    pub fn show(&mut self, now: Instant, kind: TrackKind, key_frame: bool, parts: u8) -> u32 {
        let number = self.streams[kind.index()].sent;
        for part in 0..parts {
            self.send(
                now,
                kind,
                part + 1 == parts,
                media::picture(number, part, key_frame),
            );
        }
        self.streams[kind.index()].sent += 1;
        number
    }

    fn send(&mut self, now: Instant, kind: TrackKind, marker: bool, payload: Bytes) {
        let stream = &mut self.streams[kind.index()];
        let sequence = stream.sequence;
        stream.sequence = sequence.wrapping_add(1);
        let passed: Duration = now.saturating_duration_since(self.started);
        let codec = Codec::preferred(kind);
        let timestamp = stream
            .start_time
            .wrapping_add(ticks(passed, codec.clock_rate()));
        let rtp = RtpOut {
            line: MediaLine::of(kind, Lane::First),
            codec,
            sequence,
            timestamp,
            marker,
            payload,
        };
        if let Some(engine) = &mut self.engine {
            engine.write_rtp(now, rtp);
        }
    }
}
