//! One WebRTC connection: no sockets, no clock of its own. The only place, with the synthetic browser in
//! [`crate::testkit`], that names `rtc`.
//!
//! The answering side of a call's leg: ICE-lite, DTLS server, three transceivers whose outgoing tracks exist
//! from the first answer on, so that sharing a screen later needs no negotiation.

mod feedback;
mod nack;
mod negotiate;
mod offer;
mod setup;

pub use negotiate::Accept;
#[cfg(feature = "testkit")]
pub(crate) use negotiate::Offer;
pub use offer::MAX_SDP_BYTES;

use crate::TrackKind;
use bytes::{Bytes, BytesMut};
use feedback::Heard;
use rtc::{
    peer_connection::{
        RTCPeerConnection,
        event::{RTCPeerConnectionEvent, RTCTrackEvent},
        message::{RTCMessage, TaggedRTCMessage},
        state::RTCPeerConnectionState,
        transport::RTCDtlsTransportState,
    },
    rtcp::{
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
        },
        sender_report::SenderReport,
    },
    rtp::{Header, Packet},
    rtp_transceiver::RTCRtpSenderId,
    sansio::Protocol,
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use std::{
    fmt,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::Ordering,
    time::Instant,
};

/// A media packet, as it came after SRTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpIn {
    pub kind: TrackKind,
    pub ssrc: u32,
    pub sequence: u16,
    /// In units of the codec's clock.
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Bytes,
}

/// A media packet to send; stream and payload type are the leg's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpOut {
    pub kind: TrackKind,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Bytes,
}

/// What a connection has to say.
#[derive(Debug)]
pub enum Output {
    Transmit {
        dest: SocketAddr,
        bytes: BytesMut,
    },
    Rtp(RtpIn),
    SenderReport {
        kind: TrackKind,
        ssrc: u32,
        ntp: u64,
        rtp_time: u32,
    },
    /// The peer cannot decode what we send on this track.
    KeyframeWanted(TrackKind),
    /// ICE and DTLS are up.
    Connected,
    /// Closed by the peer, or failed; the engine is of no more use.
    Closed,
}

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
    incoming: [Option<u32>; 3],
    outgoing: [Outgoing; 3],
    heard: Heard,
    phase: Phase,
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
        let Some(local_addr) = self
            .candidates
            .iter()
            .find(|candidate| candidate.is_ipv4() == source.is_ipv4())
            .copied()
        else {
            return;
        };
        let media = bytes
            .first()
            .is_some_and(|first| (128..192).contains(first));
        let transport = TransportContext {
            local_addr,
            peer_addr: source,
            ecn: None,
            transport_protocol: TransportProtocol::UDP,
        };
        let message = TaggedBytesMut {
            now,
            transport,
            message: bytes,
        };
        // Errors here mean that the datagram was no good; the connection goes on.
        self.guarded(|engine| drop(engine.peer.handle_read(message)));
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
        self.heard.swap(false, Ordering::Relaxed)
    }

    /// The next thing to do; call until it returns `None` after every input.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.guarded(Self::poll_open).flatten() {
            return Some(output);
        }
        match self.phase {
            Phase::Closed => self.transmit(),
            Phase::Broken => {
                self.phase = Phase::Dead;
                Some(Output::Closed)
            }
            Phase::Connecting | Phase::Connected | Phase::Dead => None,
        }
    }

    fn transmit(&mut self) -> Option<Output> {
        let transmit = self.peer.poll_write()?;
        Some(Output::Transmit {
            dest: transmit.transport.peer_addr,
            bytes: transmit.message,
        })
    }

    fn poll_open(&mut self) -> Option<Output> {
        if self.events_due {
            if let Some(output) = self.poll_event() {
                return Some(output);
            }
            self.events_due = false;
        }
        while let Some(TaggedRTCMessage { message, .. }) = self.peer.poll_read() {
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
        self.transmit()
    }

    fn poll_event(&mut self) -> Option<Output> {
        while let Some(event) = self.peer.poll_event() {
            match event {
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                    RTCPeerConnectionState::Connected,
                ) if self.phase == Phase::Connecting => {
                    self.phase = Phase::Connected;
                    return Some(Output::Connected);
                }
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                    RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed,
                ) => {
                    self.phase = Phase::Closed;
                    return Some(Output::Closed);
                }
                RTCPeerConnectionEvent::OnTrack(RTCTrackEvent::OnOpen(open)) => {
                    if let Some(slot) = self.incoming.get_mut(usize::from(open.receiver_id)) {
                        *slot = Some(open.ssrc);
                    }
                }
                _ => {}
            }
        }
        // The peer's goodbye changes no state of the connection; the transport below knows.
        if self.phase == Phase::Connected && self.transport_closed() {
            self.phase = Phase::Closed;
            return Some(Output::Closed);
        }
        None
    }

    fn transport_closed(&mut self) -> bool {
        let sender = self.outgoing[0].sender;
        self.peer
            .rtp_sender(sender)
            .and_then(|sender| sender.transport().map(|transport| transport.state()))
            .is_some_and(|state| {
                matches!(
                    state,
                    RTCDtlsTransportState::Closed | RTCDtlsTransportState::Failed
                )
            })
    }

    fn rtp(&mut self, packet: Packet) -> Option<Output> {
        let Header {
            ssrc,
            payload_type,
            sequence_number,
            timestamp,
            marker,
            ..
        } = packet.header;
        let kind = self.incoming_kind(ssrc)?;
        if self.outgoing[kind.index()].payload_type != payload_type {
            return None;
        }
        Some(Output::Rtp(RtpIn {
            kind,
            ssrc,
            sequence: sequence_number,
            timestamp,
            marker,
            payload: packet.payload,
        }))
    }

    fn rtcp(&mut self, packet: &dyn rtc::rtcp::Packet) -> Option<Output> {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            let kind = self.incoming_kind(report.ssrc)?;
            return Some(Output::SenderReport {
                kind,
                ssrc: report.ssrc,
                ntp: report.ntp_time,
                rtp_time: report.rtp_time,
            });
        }
        let ssrc = if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            pli.media_ssrc
        } else {
            any.downcast_ref::<FullIntraRequest>()?.fir.first()?.ssrc
        };
        let index = self
            .outgoing
            .iter()
            .position(|outgoing| outgoing.ssrc == ssrc)?;
        Some(Output::KeyframeWanted(TrackKind::ALL[index]))
    }

    /// The first packet of a stream raises its event along with itself: read events once more for it.
    fn incoming_kind(&mut self, ssrc: u32) -> Option<TrackKind> {
        let find =
            |incoming: &[Option<u32>; 3]| incoming.iter().position(|known| *known == Some(ssrc));
        let index = find(&self.incoming).or_else(|| {
            while let Some(event) = self.peer.poll_event() {
                if let RTCPeerConnectionEvent::OnTrack(RTCTrackEvent::OnOpen(open)) = event
                    && let Some(slot) = self.incoming.get_mut(usize::from(open.receiver_id))
                {
                    *slot = Some(open.ssrc);
                }
            }
            find(&self.incoming)
        })?;
        Some(TrackKind::ALL[index])
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

    /// Queues a packet for the peer. Dropped when the connection is not up.
    pub fn write_rtp(&mut self, now: Instant, rtp: RtpOut) {
        if self.phase != Phase::Connected {
            return;
        }
        let Outgoing {
            ssrc, payload_type, ..
        } = self.outgoing[rtp.kind.index()];
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

    /// Says goodbye (DTLS `close_notify`); the last datagrams come from [`Self::poll`].
    pub fn close(&mut self) {
        self.guarded(|engine| drop(engine.peer.close()));
        if self.phase.is_open() {
            self.phase = Phase::Closed;
        }
    }
}
