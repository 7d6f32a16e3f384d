//! One WebRTC connection: no sockets, no clock of its own. The only place, with the synthetic browser in
//! [`crate::testkit`], that names `rtc`.
//!
//! The answering side of a call's leg: ICE-lite, DTLS server, three transceivers whose outgoing tracks exist
//! from the first answer on, so that sharing a screen later needs no negotiation.

mod line;
mod negotiate;
mod nominate;
mod offer;
mod packets;
mod read;
mod setup;

#[cfg(feature = "testkit")]
pub(crate) use negotiate::Offer;
pub use negotiate::{Accept, Ssrcs};
pub use offer::MAX_SDP_BYTES;
pub use packets::{Output, RtpIn, RtpOut};

use crate::{Line, TrackKind};
use bytes::BytesMut;
use line::Told;
use nominate::Nomination;
use rtc::{
    peer_connection::{
        RTCPeerConnection,
        message::{RTCMessage, TaggedRTCMessage},
    },
    rtcp::payload_feedbacks::{
        picture_loss_indication::PictureLossIndication,
        receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
    },
    rtp::{Header, Packet},
    rtp_transceiver::RTCRtpSenderId,
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

/// DTLS datagrams kept before ICE is up: a first flight is one or two, and is repeated.
const MAX_EARLY: usize = 8;

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
    peer: RTCPeerConnection,
    candidates: Vec<SocketAddr>,
    /// Incoming stream of each track, once its first packet has come.
    incoming: [Option<u32>; Line::ALL.len()],
    /// One a line that the peer has: three, or all.
    outgoing: Vec<Outgoing>,
    told: Arc<Told>,
    phase: Phase,
    /// DTLS datagrams that came before ICE chose a pair: browsers do not wait for that.
    early: Vec<BytesMut>,
    ice_up: bool,
    /// The last moment that the caller named.
    now: Instant,
    /// For the answering side, until ICE is up.
    nomination: Option<Nomination>,
    /// Found while something else was read.
    pending: VecDeque<Output>,
    /// Where the peer wants its media.
    path: Option<SocketAddr>,
    /// Something other than media happened since events were last read.
    events_due: bool,
}

#[derive(Clone, Copy)]
struct Outgoing {
    sender: RTCRtpSenderId,
    ssrc: u32,
    payload_type: u8,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Takes one datagram. Whatever it is, it is only counted as life when [`Self::take_heard`] says so.
    pub fn handle(&mut self, now: Instant, source: SocketAddr, bytes: BytesMut) {
        self.now = now;
        let Some(local_addr) = self
            .candidates
            .iter()
            .find(|candidate| candidate.is_ipv4() == source.is_ipv4())
            .copied()
        else {
            return;
        };
        let first = bytes.first().copied().unwrap_or_default();
        let media = (128..192).contains(&first);
        if !self.ice_up && (20..64).contains(&first) {
            if self.early.len() < MAX_EARLY {
                self.early.push(bytes);
            }
            return;
        }
        let transport = TransportContext {
            local_addr,
            peer_addr: source,
            ecn: None,
            transport_protocol: TransportProtocol::UDP,
        };
        let nomination = match &self.nomination {
            Some(nomination) if !self.ice_up && nominate::is_success(&bytes) => {
                Some(BytesMut::from(nomination.request.as_slice()))
            }
            _ => None,
        };
        let message = TaggedBytesMut {
            now,
            transport,
            message: bytes,
        };
        // Errors here mean that the datagram was no good; the connection goes on.
        self.guarded(|engine| drop(engine.peer.handle_read(message)));
        if let Some(message) = nomination {
            let message = TaggedBytesMut {
                now,
                transport,
                message,
            };
            self.guarded(|engine| drop(engine.peer.handle_read(message)));
        }
        if !media {
            self.events_due = true;
        }
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

    /// Whether anything authenticated came since the last call.
    pub fn take_heard(&mut self) -> bool {
        self.told.heard.swap(false, Ordering::Relaxed)
    }

    /// Packets sent again because the peer asked, and packets asked for again, so far.
    pub fn repairs(&self) -> (u64, u64) {
        (
            self.told.resent.load(Ordering::Relaxed),
            self.told.asked.load(Ordering::Relaxed),
        )
    }

    /// Whether [`Self::poll_timeout`] may have come nearer by media that went in or out.
    pub fn take_sooner(&mut self) -> bool {
        self.told.sooner.swap(false, Ordering::Relaxed)
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
        let mut transmit = self.peer.poll_write()?;
        while self
            .nomination
            .as_ref()
            .is_some_and(|nomination| nomination.is_answer(&transmit.message))
        {
            transmit = self.peer.poll_write()?;
        }
        let bytes = transmit.message;
        // A check is answered where it came from; the rest follows the peer, also to a new address, which the
        // library's choice of a pair does not.
        let check = bytes.first().is_some_and(|first| *first < 4);
        let dest = match self.path {
            Some(path) if !check => path,
            _ => transmit.transport.peer_addr,
        };
        Some(Output::Transmit { dest, bytes })
    }

    /// The peer's authenticated choice of where its media shall go.
    pub fn set_path(&mut self, path: SocketAddr) {
        self.path = Some(path);
    }

    /// ICE chose a pair: what came too early is read now.
    fn ice_is_up(&mut self) {
        self.ice_up = true;
        for bytes in std::mem::take(&mut self.early) {
            let now = self.now;
            let transport = TransportContext::default();
            let _ = self.peer.handle_read(TaggedBytesMut {
                now,
                transport,
                message: bytes,
            });
        }
    }

    fn read(&mut self) -> Option<Output> {
        if self.events_due {
            if let Some(output) = self.poll_event() {
                return Some(output);
            }
            self.events_due = false;
        }
        // What came has been through the library when it was handed in: this only empties its last queue.
        while let Some(TaggedRTCMessage { message, .. }) = self.peer.poll_media_read() {
            let output = match message {
                RTCMessage::RtpPacket(_, packet) => self.rtp(packet),
                RTCMessage::RtcpPacket(_, packets) => packets
                    .first()
                    .and_then(|packet| self.rtcp(packet.as_ref())),
                _ => None,
            };
            if output.is_some() {
                return output;
            }
        }
        None
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.phase
            .is_open()
            .then(|| self.peer.poll_timeout())
            .flatten()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        // An error is one step that could not be taken (a datagram that could not be built); the next
        // timeout tries again.
        self.guarded(|engine| drop(engine.peer.handle_timeout(now)));
        self.events_due = true;
    }

    /// Queues a packet for the peer. Dropped when the connection is not up, or the peer has no such line.
    pub fn write_rtp(&mut self, now: Instant, rtp: RtpOut) {
        if self.phase != Phase::Connected {
            return;
        }
        let Some(&Outgoing {
            ssrc, payload_type, ..
        }) = self.outgoing.get(rtp.line.index())
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
        let message = RTCMessage::RtpPacket(
            String::new(),
            Packet {
                header,
                payload: rtp.payload,
            },
        );
        let _ = self.peer.handle_write(TaggedRTCMessage { now, message });
    }

    /// Asks the peer for a key frame on one of its pictures. Nothing happens before its first packet.
    pub fn request_keyframe(&mut self, now: Instant, kind: TrackKind) {
        let (Some(media_ssrc), Outgoing { ssrc, .. }) =
            (self.incoming[kind.index()], self.outgoing[kind.index()])
        else {
            return;
        };
        let pli = PictureLossIndication {
            sender_ssrc: ssrc,
            media_ssrc,
        };
        let message = RTCMessage::RtcpPacket(String::new(), vec![Box::new(pli)]);
        let _ = self.peer.handle_write(TaggedRTCMessage { now, message });
    }

    /// Asks the peer to send at most so many bits per second in all. Nothing happens before its first picture.
    pub fn limit(&mut self, now: Instant, bits_per_second: u64) {
        let ssrcs: Vec<u32> = self.incoming[1..TrackKind::ALL.len()]
            .iter()
            .flatten()
            .copied()
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
        let message = RTCMessage::RtcpPacket(String::new(), vec![Box::new(remb)]);
        let _ = self.peer.handle_write(TaggedRTCMessage { now, message });
    }

    /// Says goodbye (DTLS `close_notify`); the last datagrams come from [`Self::poll`].
    pub fn close(&mut self) {
        self.guarded(|engine| drop(engine.peer.close()));
        if self.phase.is_open() {
            self.phase = Phase::Closed;
        }
    }
}
