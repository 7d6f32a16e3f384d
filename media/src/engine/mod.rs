//! One WebRTC connection: no sockets, no clock of its own. The only place, with the synthetic browser in
//! [`crate::testkit`], that names `rtc`.
//!
//! The answering side of a call's leg: ICE-lite, DTLS server, three transceivers whose outgoing tracks exist
//! from the first answer on, so that sharing a screen later needs no negotiation. The library's connection answers
//! offers and checks; DTLS and everything after it is put together from the library's parts beside it, since the
//! connection takes three times as long for each packet (docs/adr/0012).
//!
//! - `offer`, `negotiate`, `agreed`, `setup`: from an offer to an answer, and what they agree on
//! - `secure`: DTLS and SRTP
//! - `flow`, `feedback`: media on a connection that is up
//! - `read`: what came, as the relay wants it

mod agreed;
mod feedback;
mod flow;
mod negotiate;
mod offer;
mod output;
mod read;
mod secure;
mod setup;

pub use feedback::FeedbackStats;
pub use negotiate::{Accept, Ssrcs};
#[cfg(feature = "testkit")]
pub(crate) use negotiate::{Offer, Offered};
pub use offer::MAX_SDP_BYTES;
pub use output::Output;

use crate::rtp::{Codec, RtpOut, TrackKind};
use agreed::Declared;
use bytes::BytesMut;
use flow::Flow;
use rtc::{
    interceptor::Packet as Came,
    peer_connection::RTCPeerConnection,
    rtcp::{
        self,
        payload_feedbacks::{
            picture_loss_indication::PictureLossIndication,
            receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
        },
    },
    rtp::{Header, Packet},
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use secure::{Change, Secure};
use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Connecting,
    Connected,
    /// Nothing more is read; what was queued before still goes out.
    Closed,
    /// The library failed, which is not yet reported.
    Broken,
    /// The library failed: it is not asked again.
    Dead,
}

impl Phase {
    fn is_open(self) -> bool {
        matches!(self, Self::Connecting | Self::Connected)
    }
}

/// One connection.
pub struct Engine {
    /// Answers offers and checks.
    peer: RTCPeerConnection,
    /// When it wants to be woken.
    peer_due: Option<Instant>,
    /// It was given something since it was last asked what it sends.
    peer_stirred: bool,
    /// Something may have happened to it since its events were last read.
    events_due: bool,
    candidates: Vec<SocketAddr>,
    secure: Secure,
    flow: Flow,
    incoming: Vec<Incoming>,
    /// One a line that the peer has: three, or all.
    outgoing: Vec<Outgoing>,
    phase: Phase,
    /// The last moment that the caller named.
    now: Instant,
    /// Found while something else was read.
    pending: VecDeque<Output>,
    /// Where the peer wants its media.
    path: Option<SocketAddr>,
    /// Where the handshake comes from: there the peer is while it has chosen no path.
    reached: Option<SocketAddr>,
}

#[derive(Clone, Copy)]
struct Outgoing {
    ssrc: u32,
    payload_type: u8,
    codec: Codec,
}

#[derive(Clone, Copy)]
struct Incoming {
    kind: TrackKind,
    stream: Declared,
    payload_type: u8,
    codec: Codec,
    /// A packet came on it.
    started: bool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Takes one datagram. Whatever it is, it only counts as a sign of life when [`Self::take_heard`] says so. What is not
    /// STUN must come from an address that a check has proved.
    pub fn handle(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        self.now = now;
        // The kinds share a port and differ in their first byte (RFC 7983).
        match bytes.first() {
            Some(128..=191) => {
                self.guarded(|engine| engine.media(bytes));
            }
            Some(20..=63) => {
                self.reached = Some(source);
                self.guarded(|engine| engine.handshake(bytes.into()));
            }
            _ => self.check(source, bytes.into()),
        }
    }

    fn media(&mut self, bytes: &[u8]) {
        let Some(keys) = self.secure.keys() else {
            return;
        };
        match self.flow.came(self.now, keys, bytes) {
            Some(Came::Rtp(packet)) => {
                let output = self.rtp(packet);
                self.pending.extend(output);
            }
            Some(Came::Rtcp(parts)) => parts.iter().for_each(|part| self.rtcp(part.as_ref())),
            _ => {}
        }
    }

    fn handshake(&mut self, bytes: BytesMut) {
        match self.secure.datagram(self.now, bytes) {
            Change::Up if self.phase == Phase::Connecting => {
                self.phase = Phase::Connected;
                self.pending.push_back(Output::Connected);
            }
            Change::Closed => {
                self.phase = Phase::Closed;
                self.pending.push_back(Output::Closed);
            }
            _ => {}
        }
    }

    fn check(&mut self, source: SocketAddr, bytes: BytesMut) {
        let same = |candidate: &&SocketAddr| candidate.is_ipv4() == source.is_ipv4();
        let Some(local_addr) = self.candidates.iter().find(same).copied() else {
            return;
        };
        // Who begins the handshake does so where its checks were answered; who waits answers where it came from.
        self.reached.get_or_insert(source);
        let transport = TransportContext {
            local_addr,
            peer_addr: source,
            ecn: None,
            transport_protocol: TransportProtocol::UDP,
        };
        let message = TaggedBytesMut {
            now: self.now,
            transport,
            message: bytes,
        };
        // Errors here mean that the datagram was no good; the connection goes on.
        self.guarded(|engine| drop(engine.peer.handle_read(message)));
        (self.peer_stirred, self.events_due) = (true, true);
    }

    /// Runs a step of the library, which is young and reads what strangers send: should it panic, this
    /// connection is lost and no other.
    fn guarded<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.phase.is_open() {
            return None;
        }
        let result = catch_unwind(AssertUnwindSafe(|| step(self)));
        if result.is_err() {
            self.phase = Phase::Broken;
        }
        result.ok()
    }

    /// Whether any authenticated RTP or RTCP came since the last call.
    pub fn take_heard(&mut self) -> bool {
        self.flow.feedback_mut().take_heard()
    }

    /// NACK and RTX counters so far.
    pub const fn feedback_stats(&self) -> FeedbackStats {
        self.flow.feedback().stats()
    }

    /// Whether [`Self::poll_timeout`] may have become earlier by media that went in or out.
    pub fn take_timer_moved(&mut self) -> bool {
        self.flow.feedback_mut().take_timer_moved()
    }

    /// The next thing to do; call until it returns `None` after every input.
    pub fn poll(&mut self) -> Option<Output> {
        self.poll_read().or_else(|| self.poll_transmit())
    }

    /// The next thing that came in; call until it returns `None` after every input.
    pub fn poll_read(&mut self) -> Option<Output> {
        if let Some(output) = self.pending.pop_front() {
            return Some(output);
        }
        if let Some(output) = self.guarded(Self::read).flatten() {
            return Some(output);
        }
        self.broken()
    }

    /// The next datagram to send. Media that was written may wait for this: several packets then cost one walk
    /// through the library.
    pub fn poll_transmit(&mut self) -> Option<Output> {
        if self.phase == Phase::Closed {
            return self.transmit();
        }
        self.guarded(Self::transmit)
            .flatten()
            .or_else(|| self.broken())
    }

    /// Says once that the library failed.
    fn broken(&mut self) -> Option<Output> {
        (self.phase == Phase::Broken).then(|| {
            self.phase = Phase::Dead;
            Output::Closed
        })
    }

    fn transmit(&mut self) -> Option<Output> {
        let own = self.secure.poll_transmit();
        if let Some(bytes) = own.or_else(|| self.flow.poll_transmit()) {
            // There is a way: the handshake came over one.
            let dest = self.path.or(self.reached)?;
            return Some(Output::Transmit { dest, bytes });
        }
        if !self.peer_stirred {
            return None;
        }
        let Some(transmit) = self.peer.poll_write() else {
            self.peer_stirred = false;
            return None;
        };
        // A check is answered where it came from.
        Some(Output::Transmit {
            dest: transmit.transport.peer_addr,
            bytes: transmit.message,
        })
    }

    /// The peer's authenticated choice of where its media shall go.
    pub fn set_path(&mut self, path: SocketAddr) {
        self.path = Some(path);
    }

    fn read(&mut self) -> Option<Output> {
        if std::mem::take(&mut self.events_due) {
            self.read_events();
        }
        self.pending.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        if !self.phase.is_open() {
            return None;
        }
        self.peer_due = self.peer.poll_timeout();
        let own = [self.secure.poll_timeout(), self.flow.poll_timeout()];
        own.into_iter().chain([self.peer_due]).flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.peer_due.is_some_and(|due| due <= now) {
            // An error is one step that could not be taken (a datagram that could not be built); the next
            // timeout tries again.
            self.guarded(|engine| drop(engine.peer.handle_timeout(now)));
            (self.peer_stirred, self.events_due) = (true, true);
        }
        self.guarded(|engine| {
            engine.secure.handle_timeout(now);
            if let Some(keys) = engine.secure.keys() {
                engine.flow.handle_timeout(now, keys);
            }
        });
    }

    /// Queues a packet for the peer. Dropped when the connection is not up, or the peer has no such line or takes another
    /// codec on it.
    pub fn write_rtp(&mut self, now: Instant, rtp: RtpOut) {
        if self.phase != Phase::Connected {
            return;
        }
        let outgoing = self.outgoing.get(rtp.line.index());
        let Some(&Outgoing {
            ssrc, payload_type, ..
        }) = outgoing.filter(|it| it.codec == rtp.codec)
        else {
            return;
        };
        let header = Header {
            version: 2,
            marker: rtp.marker,
            payload_type,
            sequence_number: rtp.sequence,
            timestamp: rtp.timestamp,
            ssrc,
            ..Header::default()
        };
        let packet = Packet {
            header,
            payload: rtp.payload,
        };
        self.guarded(|engine| {
            if let Some(keys) = engine.secure.keys() {
                engine.flow.send_rtp(now, keys, packet);
            }
        });
    }

    /// Asks the peer for a key frame by PLI. Nothing happens before its first packet.
    pub fn request_keyframe(&mut self, kind: TrackKind) {
        let started = |it: &&Incoming| it.kind == kind && it.started;
        let Some(incoming) = self.incoming.iter().find(started) else {
            return;
        };
        let pli = PictureLossIndication {
            sender_ssrc: self.outgoing[kind.index()].ssrc,
            media_ssrc: incoming.stream.ssrc,
        };
        self.send_rtcp(Box::new(pli));
    }

    /// Asks the peer by REMB to send at most so many bits per second in all. Nothing happens before its first video packet.
    pub fn send_remb(&mut self, bits_per_second: u64) {
        let ssrcs: Vec<u32> = self
            .incoming
            .iter()
            .filter(|it| it.started && it.kind != TrackKind::Audio)
            .map(|it| it.stream.ssrc)
            .collect();
        if ssrcs.is_empty() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "the packet holds 18 bits of it")]
        let bitrate = bits_per_second as f32;
        let remb = ReceiverEstimatedMaximumBitrate {
            sender_ssrc: self.outgoing[0].ssrc,
            bitrate,
            ssrcs,
        };
        self.send_rtcp(Box::new(remb));
    }

    fn send_rtcp(&mut self, packet: Box<dyn rtcp::Packet>) {
        self.guarded(|engine| {
            if let Some(keys) = engine.secure.keys() {
                engine.flow.send_rtcp(keys, packet);
            }
        });
    }

    /// Says goodbye (DTLS `close_notify`); the last datagrams come from [`Self::poll`].
    pub fn close(&mut self) {
        self.guarded(|engine| {
            engine.secure.close(engine.now);
            drop(engine.peer.close());
        });
        if self.phase.is_open() {
            self.phase = Phase::Closed;
        }
    }
}
