//! What comes out of the relay.

use crate::rtp::{RtpOut, TrackKind};
use orderline_domain::ids::LegId;
use std::time::Instant;

/// What the relay wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    Forward {
        to: LegId,
        rtp: RtpOut,
    },
    RequestKeyframe {
        leg: LegId,
        kind: TrackKind,
    },
    /// Ask the leg's browser (REMB) to send no more than this in all, in bits per second.
    LimitBitrate {
        leg: LegId,
        bits_per_second: u64,
    },
    /// Close the leg's connection; the relay has already forgotten it.
    Closed {
        leg: LegId,
        last_heard: Instant,
    },
    Silent {
        leg: LegId,
        last_heard: Instant,
    },
    Back {
        leg: LegId,
    },
}
