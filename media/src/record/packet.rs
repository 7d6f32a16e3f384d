//! What goes over the tap.

use crate::{
    Micros,
    rtp::{RtpIn, TrackKey},
};
use orderline_domain::call::seat::Seat;

/// What the node hands to the recorder: a bounded, never-blocking tap.
#[derive(Clone, Debug)]
pub enum Tap {
    Rtp(TapPacket),
    /// An RTCP sender report: ties a track's RTP clock to the sender's NTP clock, for A/V sync.
    SenderReport {
        track: TrackKey,
        ssrc: u32,
        ntp: u64,
        rtp_time: u32,
        arrival: Micros,
    },
}

/// A media packet as it came from the sender, before any rewriting.
#[derive(Clone, Debug)]
pub struct TapPacket {
    pub seat: Seat,
    pub arrival: Micros,
    pub rtp: RtpIn,
}

impl TapPacket {
    pub const fn track(&self) -> TrackKey {
        TrackKey {
            seat: self.seat,
            kind: self.rtp.kind,
        }
    }
}
