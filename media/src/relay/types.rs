//! What goes into the relay and what it wants done.

use crate::{Line, Seat, TrackKey, TrackKind, engine::RtpOut};
use orderline_domain::{hand_over::Lane, ids::LegId};
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
    /// Ask the leg to send no more than this in all, in bits per second.
    Limit {
        leg: LegId,
        bits_per_second: u64,
    },
    /// Close the leg's connection; the relay has already forgotten it.
    Closed {
        leg: LegId,
        heard: Instant,
    },
    Silent {
        leg: LegId,
        heard: Instant,
    },
    Back {
        leg: LegId,
    },
    /// The leg's first packet of this track.
    Started {
        track: TrackKey,
    },
}

/// First sequence number and timestamp of a leg's outgoing streams: random (RFC 3550, section 5.1).
pub type StreamStarts = [(u16, u32); Line::ALL.len()];

/// Whose leg it is, and in which lane the buyer has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    pub seat: Seat,
    pub lane: Lane,
}

impl From<Seat> for Stand {
    /// The first of a side.
    fn from(seat: Seat) -> Self {
        let lane = Lane::First;
        Self { seat, lane }
    }
}

impl Stand {
    /// The lane in which this one hears and sees another.
    pub(super) const fn lane_of(self, other: Self) -> Lane {
        match (self.seat, other.seat) {
            (Seat::BUYER, _) => other.lane,
            (_, Seat::BUYER) => Lane::First,
            _ => Lane::Second,
        }
    }
}
