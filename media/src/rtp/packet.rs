//! What passes between engine, relay and recorder.

use super::{Codec, MediaLine, TrackKind};
use bytes::Bytes;
use std::time::Duration;

/// A media packet as it came, after SRTP and RTX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpIn {
    pub kind: TrackKind,
    /// As the stream's media line was negotiated.
    pub codec: Codec,
    pub ssrc: u32,
    pub sequence: u16,
    /// In units of the codec's clock.
    pub timestamp: u32,
    pub marker: bool,
    /// It begins a key frame ([`Codec::starts_key_frame`]); read once, on arrival.
    pub key_frame: bool,
    pub payload: Bytes,
}

impl RtpIn {
    /// Whether a receiver that had nothing of the stream before can begin with this packet.
    pub const fn is_entry_point(&self) -> bool {
        self.key_frame || !self.codec.is_video()
    }
}

/// A media packet to send; SSRC and payload type are the connection's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtpOut {
    pub line: MediaLine,
    /// Dropped where the line was negotiated for another.
    pub codec: Codec,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Bytes,
}

/// A report block of an RTCP sender or receiver report (RFC 3550, section 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossReport {
    pub line: MediaLine,
    /// Packets lost since the stream began: 24 bits with a sign, since duplicates count as received.
    pub cumulative_lost: u32,
    /// Extended highest sequence number received.
    pub highest_sequence: u32,
    /// The newest RTT that was measured.
    pub rtt: Option<Duration>,
}
