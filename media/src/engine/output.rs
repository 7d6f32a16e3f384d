//! What comes out of a connection.

use crate::rtp::{LossReport, MediaLine, RtpIn, TrackKind};
use bytes::BytesMut;
use std::net::SocketAddr;

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
    /// A PLI or FIR: the peer cannot decode what we send on this line.
    KeyframeRequested(MediaLine),
    LossReport(LossReport),
    /// The peer's bandwidth estimate (REMB) of what it receives in all, in bits per second.
    Remb(u64),
    /// ICE and DTLS are up.
    Connected,
    /// Closed by the peer, or failed; nothing follows.
    Closed,
}
