//! One connection's place in a call: what it sends and what it is sent.

use super::{
    CLOSED_AFTER, SILENT_AFTER, Stand,
    keyframes::{REPEAT, Throttle},
    pace::{CEILING, Pace},
    splice::{SourceId, Splice},
};
use crate::rtp::{MediaLine, RtpIn, TrackKind, sequence::Window};
use orderline_domain::ids::LegId;
use std::time::{Duration, Instant};

/// A picture that sent nothing for this long is not asked for key frames: it is switched off.
const ASLEEP: Duration = REPEAT.saturating_add(Duration::from_secs(1));
/// A picture that comes back after this long is asked for a key frame.
const PAUSE: Duration = Duration::from_secs(2);

/// First sequence number and timestamp of a leg's outgoing streams: random (RFC 3550, section 5.1).
pub type StreamStarts = [(u16, u32); MediaLine::ALL.len()];

/// A stream that a leg sends.
pub(super) struct Source {
    pub id: SourceId,
    pub ssrc: u32,
    /// Arrival of the newest packet.
    pub last: Instant,
    pub throttle: Throttle,
    window: Window,
    /// The window was made from this packet, which therefore is no duplicate.
    fresh: bool,
}

/// Whether a packet was the first of its stream, and of its track.
pub(super) struct Begun {
    pub stream: bool,
    pub track: bool,
}

impl Source {
    /// The packet's extended sequence number; `None` for a duplicate.
    pub fn take(&mut self, now: Instant, rtp: &RtpIn) -> Option<u64> {
        let extended = if std::mem::take(&mut self.fresh) {
            self.window.highest()
        } else {
            self.window.take(rtp.sequence)?
        };
        if rtp.kind != TrackKind::Audio && now.saturating_duration_since(self.last) > PAUSE {
            self.throttle.want();
        }
        self.last = now;
        Some(extended)
    }

    /// Takes note of a packet that is no duplicate.
    pub fn saw(&mut self, rtp: &RtpIn) {
        if rtp.key_frame {
            self.throttle.came();
        }
    }

    /// Whether the picture is being sent at all.
    pub fn awake(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) <= ASLEEP
    }
}

pub(super) struct Leg {
    pub id: LegId,
    pub stand: Stand,
    pub connected: bool,
    /// The connection is up at our end and nothing has come from the other yet: then it counts as used at this time.
    pub yields: Option<Instant>,
    /// The last sign of life; before the connection is up, its beginning.
    pub heard: Instant,
    pub silent: bool,
    pub sources: [Option<Source>; 3],
    pub outs: [Splice; MediaLine::ALL.len()],
    pub pace: Pace,
    /// What it was last asked to keep to.
    pub limit: u64,
}

impl Leg {
    pub fn new(now: Instant, id: LegId, stand: Stand, starts: StreamStarts) -> Self {
        Self {
            id,
            stand,
            connected: false,
            yields: None,
            heard: now,
            silent: false,
            sources: [None, None, None],
            pace: Pace::new(now),
            limit: CEILING,
            outs: starts.map(Splice::new),
        }
    }

    /// What it is sent of pictures.
    pub fn picture_outs(&mut self) -> impl Iterator<Item = &mut Splice> {
        self.outs
            .iter_mut()
            .zip(MediaLine::ALL)
            .filter_map(|(out, line)| (line.kind() != TrackKind::Audio).then_some(out))
    }

    /// The source that the packet belongs to; `next` names it when it is new.
    pub fn source(&mut self, now: Instant, rtp: &RtpIn, next: SourceId) -> (&mut Source, Begun) {
        let slot = &mut self.sources[rtp.kind.index()];
        let track = slot.is_none();
        let stream = slot.as_ref().is_none_or(|source| source.ssrc != rtp.ssrc);
        if stream {
            *slot = None;
        }
        let source = slot.get_or_insert_with(|| Source {
            id: next,
            ssrc: rtp.ssrc,
            last: now,
            throttle: Throttle::default(),
            window: Window::new(rtp.sequence),
            fresh: true,
        });
        (source, Begun { stream, track })
    }

    pub fn want_keyframes(&mut self) {
        for kind in [TrackKind::Camera, TrackKind::Screen] {
            if let Some(source) = &mut self.sources[kind.index()] {
                source.throttle.want();
            }
        }
    }

    pub fn next_timeout(&self) -> Option<Instant> {
        let grace = if self.connected && !self.silent {
            SILENT_AFTER
        } else {
            CLOSED_AFTER
        };
        self.sources
            .iter()
            .flatten()
            .filter_map(|source| {
                source
                    .throttle
                    .next()
                    .filter(|next| *next <= source.last + ASLEEP)
            })
            .chain([self.heard + grace])
            .chain(self.yields)
            .min()
    }
}
