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
    /// The peer cannot decode what we send on this line.
    KeyframeWanted(MediaLine),
    /// What of what we sent did not reach the peer.
    Lost(LossReport),
    /// The peer asks for at most so many bits per second in all.
    Limit(u64),
    /// ICE and DTLS are up.
    Connected,
    /// Closed by the peer, or failed; the engine is of no more use.
    Closed,
}
