//! What goes into a connection and what comes out of it.

use crate::{Line, TrackKind, relay::Report};
use bytes::{Bytes, BytesMut};
use std::net::SocketAddr;

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
    pub line: Line,
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
    /// The peer cannot decode what we send on this line.
    KeyframeWanted(Line),
    /// What of what we sent did not reach the peer.
    Lost(Report),
    /// The peer asks for at most so many bits per second in all.
    Limit(u64),
    /// ICE and DTLS are up.
    Connected,
    /// Closed by the peer, or failed; the engine is of no more use.
    Closed,
}
