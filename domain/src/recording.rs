//! Recordings: how far one is, what it consists of, and what of it can no longer be heard or seen.

use crate::{
    call::seat::Seat,
    digest::Digest,
    ids::{CallId, OrderId, RecordingId, ThreadId, VendorId},
    people::person::Person,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The call goes on.
    Recording,
    /// It is over, and its files are being made from the segments.
    Rendering,
    Ready,
    /// Nothing was said or shown.
    Empty,
    /// Given up; somebody may ask for another attempt.
    Failed,
}

impl Phase {
    pub const ALL: [Self; 5] = [
        Self::Recording,
        Self::Rendering,
        Self::Ready,
        Self::Empty,
        Self::Failed,
    ];

    /// The name used in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Rendering => "rendering",
            Self::Ready => "ready",
            Self::Empty => "empty",
            Self::Failed => "failed",
        }
    }

    /// The phase of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether segments may still come.
    pub const fn takes_segments(self) -> bool {
        matches!(self, Self::Recording | Self::Rendering)
    }
}

/// A recording as it is kept.
#[derive(Clone, Debug)]
pub struct Recording {
    pub recording: RecordingId,
    pub vendor: VendorId,
    pub call: CallId,
    pub thread: ThreadId,
    /// Its own key, sealed with the master key.
    pub wrapped_key: Vec<u8>,
    pub phase: Phase,
    /// The first packet.
    pub started_at: Option<Timestamp>,
    /// Recording has ended.
    pub closed_at: Option<Timestamp>,
    pub duration_ms: Option<i64>,
    pub manifest_key: Option<String>,
}

/// A segment that the store has confirmed.
#[derive(Clone, Debug)]
pub struct StoredSegment {
    pub epoch: u32,
    pub index: u32,
    pub sha256: Digest,
    pub object_key: String,
}

/// A stored segment that could not be used just now.
#[derive(Clone, Copy, Debug)]
pub struct Doubt {
    pub epoch: u32,
    pub index: u32,
    pub damage: Damage,
}

/// A segment that cannot be used, and when it was recorded.
#[derive(Clone, Copy, Debug)]
pub struct DamagedSegment {
    pub damage: Damage,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// One playable file of a rendered recording.
#[derive(Clone, Debug)]
pub struct RenderedFile {
    pub name: String,
    /// `audio`, `camera` or `screen`.
    pub kind: String,
    pub seat: Option<Seat>,
    pub mime: String,
    pub start_ms: i64,
    pub duration_ms: i64,
    /// Of the plain file.
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub object_key: String,
}

/// A recording as those who review find it.
#[derive(Clone, Debug)]
pub struct Found {
    pub recording: RecordingId,
    pub call: CallId,
    pub thread: ThreadId,
    pub phase: Phase,
    /// Everybody who spoke for the seller while it was made.
    pub seller: String,
    pub buyer: String,
    /// The order that was made of it, or else the thread's newest, and its number.
    pub order: Option<(OrderId, i64)>,
    pub started_at: Timestamp,
    pub duration_ms: Option<i64>,
    pub segments_stored: i64,
}

/// Who opened a recording or fetched something of it, and why.
#[derive(Clone, Debug)]
pub struct Access {
    pub at: Timestamp,
    pub who: Person,
    pub what: String,
    pub reason: String,
}

/// What recordings are looked for; what is `None` does not narrow the search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub recording: Option<RecordingId>,
    pub order_number: Option<String>,
    /// Days of the vendor's calendar, both included.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Part of a person's name or of the thread's title.
    pub text: Option<String>,
}

/// Why a part of a recording that was captured cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// It was lost before it was stored.
    Lost,
    /// The store has it no more.
    Missing,
    /// Its bytes are not those that were recorded.
    Changed,
    /// Its bytes are those that were recorded, and cannot be opened.
    Unreadable,
}

impl Damage {
    pub const ALL: [Self; 4] = [Self::Lost, Self::Missing, Self::Changed, Self::Unreadable];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Unreadable => "unreadable",
        }
    }

    /// The damage of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether another look at the store may find the part whole.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Missing | Self::Changed)
    }
}
