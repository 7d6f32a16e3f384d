//! One connection's place in a call: what it sends and what it is sent.

use super::{
    CLOSED_AFTER, Placement, SILENT_AFTER,
    downlink::{DownlinkEstimator, MAX_BITRATE},
    keyframes::{KeyframeThrottle, RETRY_INTERVAL},
    rewrite::{SourceId, StreamRewriter},
};
use crate::rtp::{MediaLine, RtpIn, TrackKind, sequence::SequenceWindow};
use orderline_domain::ids::LegId;
use std::time::{Duration, Instant};

/// Video that sent nothing for this long is switched off: it is asked for no key frames.
const INACTIVE_AFTER: Duration = RETRY_INTERVAL.saturating_add(Duration::from_secs(1));
/// Video that comes back after this long is asked for a key frame.
const RESUME_AFTER: Duration = Duration::from_secs(2);

/// First sequence number and timestamp of a leg's outgoing streams: random (RFC 3550, section 5.1).
pub type StreamStarts = [(u16, u32); MediaLine::ALL.len()];

/// A stream that a leg sends.
pub(super) struct Source {
    pub id: SourceId,
    pub ssrc: u32,
    /// Arrival of the newest packet.
    pub last: Instant,
    pub throttle: KeyframeThrottle,
    window: SequenceWindow,
    /// The window was made from this packet, which therefore is no duplicate.
    fresh: bool,
}

impl Source {
    /// The packet's extended sequence number; `None` for a duplicate.
    pub(crate) fn accept(&mut self, now: Instant, rtp: &RtpIn) -> Option<u64> {
        let extended = if std::mem::take(&mut self.fresh) {
            self.window.highest()
        } else {
            self.window.accept(rtp.sequence)?
        };
        let resumed = now.saturating_duration_since(self.last) > RESUME_AFTER;
        if resumed && rtp.codec.is_video() {
            self.throttle.need();
        }
        self.last = now;
        if rtp.key_frame {
            self.throttle.settle();
        }
        Some(extended)
    }

    /// Whether anything is being sent at all.
    pub(crate) fn is_active(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) <= INACTIVE_AFTER
    }
}

pub(super) struct Leg {
    pub id: LegId,
    pub placement: Placement,
    pub connected: bool,
    /// Deadline after which a leg that is connected on our side is treated as in use even without inbound packets.
    pub assume_used_at: Option<Instant>,
    /// The last sign of life; before the connection is up, its beginning.
    pub last_heard: Instant,
    pub silent: bool,
    pub sources: [Option<Source>; 3],
    pub outgoing: [StreamRewriter; MediaLine::ALL.len()],
    pub downlink: DownlinkEstimator,
    /// The bit rate that it was last asked to keep to.
    pub bitrate_limit: u64,
}

impl Leg {
    pub(crate) fn new(now: Instant, id: LegId, placement: Placement, starts: StreamStarts) -> Self {
        Self {
            id,
            placement,
            connected: false,
            assume_used_at: None,
            last_heard: now,
            silent: false,
            sources: [None, None, None],
            outgoing: starts.map(StreamRewriter::new),
            downlink: DownlinkEstimator::new(now),
            bitrate_limit: MAX_BITRATE,
        }
    }

    /// The video streams that it is sent.
    pub(crate) fn outgoing_video(&mut self) -> impl Iterator<Item = &mut StreamRewriter> {
        self.outgoing
            .iter_mut()
            .zip(MediaLine::ALL)
            .filter_map(|(out, line)| (line.kind() != TrackKind::Audio).then_some(out))
    }

    /// The source that the packet belongs to, and whether the packet is its first; `next` names it then.
    pub(crate) fn source(
        &mut self,
        now: Instant,
        rtp: &RtpIn,
        next: SourceId,
    ) -> (&mut Source, bool) {
        let slot = &mut self.sources[rtp.kind.index()];
        let is_new = slot.as_ref().is_none_or(|source| source.ssrc != rtp.ssrc);
        if is_new {
            *slot = None;
        }
        let source = slot.get_or_insert_with(|| Source {
            id: next,
            ssrc: rtp.ssrc,
            last: now,
            throttle: KeyframeThrottle::default(),
            window: SequenceWindow::new(rtp.sequence),
            fresh: true,
        });
        (source, is_new)
    }

    /// Somebody needs key frames of all its video.
    pub(crate) fn need_keyframes(&mut self) {
        for kind in [TrackKind::Camera, TrackKind::Screen] {
            if let Some(source) = &mut self.sources[kind.index()] {
                source.throttle.need();
            }
        }
    }

    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let grace = if self.connected && !self.silent {
            SILENT_AFTER
        } else {
            CLOSED_AFTER
        };
        self.sources
            .iter()
            .flatten()
            .filter_map(|source| {
                let next = source.throttle.next_request();
                next.filter(|next| *next <= source.last + INACTIVE_AFTER)
            })
            .chain([self.last_heard + grace])
            .chain(self.assume_used_at)
            .min()
    }
}
