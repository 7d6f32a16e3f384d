//! Whose stream, and on which media line.

use orderline_domain::call::{hand_over::Lane, seat::Seat};
use serde::{Deserialize, Serialize};

/// The three fixed transceivers of every leg, in the order of their media lines (mid 0, 1, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TrackKind {
    Audio = 0,
    Camera = 1,
    Screen = 2,
}

impl TrackKind {
    pub const ALL: [Self; 3] = [Self::Audio, Self::Camera, Self::Screen];

    /// Place of its media line, counted from 0.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// The SDP media lines of a leg, in their order. Each carries one stream to the leg: audio, camera and screen of one
/// other participant and, for a page that asks for it, audio and camera of a second one. There is one screen at a time,
/// whoever shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MediaLine {
    Audio = 0,
    Camera = 1,
    Screen = 2,
    SecondAudio = 3,
    SecondCamera = 4,
}

impl MediaLine {
    pub const ALL: [Self; 5] = [
        Self::Audio,
        Self::Camera,
        Self::Screen,
        Self::SecondAudio,
        Self::SecondCamera,
    ];

    /// The line that carries this kind of track of whoever has this lane.
    pub const fn of(kind: TrackKind, lane: Lane) -> Self {
        match (kind, lane) {
            (TrackKind::Audio, Lane::First) => Self::Audio,
            (TrackKind::Audio, Lane::Second) => Self::SecondAudio,
            (TrackKind::Camera, Lane::First) => Self::Camera,
            (TrackKind::Camera, Lane::Second) => Self::SecondCamera,
            (TrackKind::Screen, _) => Self::Screen,
        }
    }

    /// Place of its media line, counted from 0.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The kind of track that it carries.
    pub const fn kind(self) -> TrackKind {
        match self {
            Self::Audio | Self::SecondAudio => TrackKind::Audio,
            Self::Camera | Self::SecondCamera => TrackKind::Camera,
            Self::Screen => TrackKind::Screen,
        }
    }

    /// Name of its media line in SDP.
    pub const fn mid(self) -> &'static str {
        match self {
            Self::Audio => "0",
            Self::Camera => "1",
            Self::Screen => "2",
            Self::SecondAudio => "3",
            Self::SecondCamera => "4",
        }
    }
}

/// One sender's track within a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackKey {
    pub seat: Seat,
    pub kind: TrackKind,
}
