//! One call's selective forwarding unit (SFU), as pure state: who is connected, what each receiver watches, when to send
//! a PLI, who has fallen silent. It knows no sockets and no connection, only their packets and the time.
//!
//! Every leg has outgoing streams ([`MediaLine`]): audio, camera and screen of the others. Each carries one source of
//! another seat: the first that sends, until it ends or falls silent. With two seats that is simply the other one.
//! Of two people on the seller's side each has a lane: there the buyer hears and sees them. They themselves have the
//! buyer in the first lane and each other in the second.
//!
//! - `leg`: one connection; `placement`: its seat and lane
//! - `rewrite`: sequence numbers and timestamps of what is forwarded
//! - `keyframes`: when to send a PLI
//! - `downlink`: each receiver's bandwidth; `loss`, `rtt`: what it is estimated from

mod action;
mod downlink;
mod keyframes;
mod leg;
mod loss;
mod placement;
mod rewrite;
mod rtt;

pub use action::Action;
pub use leg::StreamStarts;
pub use placement::Placement;

use crate::{
    MediaError,
    rtp::{KeyframeNeed, LossReport, MediaLine, RtpIn, RtpOut, TrackKey, TrackKind},
};
use leg::Leg;
use orderline_domain::{call::seat::Seat, ids::LegId};
use rewrite::{Origin, SourceId, StreamRewriter};
use std::time::{Duration, Instant};

/// Legs per call: two participants, colleagues, and the doubles while somebody reconnects.
pub const MAX_LEGS: usize = 8;
/// After this long without anything authenticated a leg counts as silent.
pub const SILENT_AFTER: Duration = Duration::from_secs(3);
/// After this long it is closed; also a leg that never connected.
pub const CLOSED_AFTER: Duration = Duration::from_secs(30);
/// A connected leg from which nothing comes replaces the older ones of its seat after this long.
const ASSUME_USED_AFTER: Duration = Duration::from_secs(10);
/// A source that sent nothing for this long gives its place to another.
const SOURCE_IDLE_AFTER: Duration = Duration::from_secs(1);

/// One call.
#[derive(Default)]
pub struct Relay {
    legs: Vec<Leg>,
    streams: u64,
    next_bitrate_update: Option<Instant>,
}

impl Relay {
    /// Adds a connection that is being set up. A connected leg of the same seat stays until this one is used;
    /// one that never came up goes at once.
    ///
    /// # Errors
    /// [`MediaError::Full`] beyond [`MAX_LEGS`].
    pub fn add(
        &mut self,
        now: Instant,
        leg: LegId,
        placement: Placement,
        starts: StreamStarts,
        actions: &mut Vec<Action>,
    ) -> Result<(), MediaError> {
        self.close_where(actions, |other| {
            other.id == leg || (other.placement.seat == placement.seat && !other.connected)
        });
        if self.legs.len() >= MAX_LEGS {
            return Err(MediaError::Full("legs in a call"));
        }
        self.legs.push(Leg::new(now, leg, placement, starts));
        Ok(())
    }

    /// The leg's connection is up at this end, and it wants to see everybody. Older legs of its seat stay until the
    /// other end uses it ([`Self::mark_used`]): the handshake's last message may be on its way for a second or more.
    pub fn connected(&mut self, now: Instant, leg: LegId, actions: &mut Vec<Action>) {
        let Some(seat) = self.leg_mut(leg).map(|leg| {
            leg.connected = true;
            leg.last_heard = now;
            leg.assume_used_at = Some(now + ASSUME_USED_AFTER);
            leg.placement.seat
        }) else {
            return;
        };
        self.next_bitrate_update
            .get_or_insert(now + downlink::UPDATE_INTERVAL);
        for other in self
            .legs
            .iter_mut()
            .filter(|other| other.placement.seat != seat)
        {
            other.need_keyframes();
        }
        self.send_keyframe_requests(now, actions);
    }

    /// Something authenticated came from the leg; answers whether that ends its silence ([`Self::back`]).
    pub fn heard(&mut self, now: Instant, leg: LegId) -> bool {
        self.leg_mut(leg).is_some_and(|leg| {
            leg.last_heard = now;
            leg.silent
        })
    }

    /// The leg is silent no longer.
    pub fn back(&mut self, leg: LegId, actions: &mut Vec<Action>) {
        if let Some(leg) = self.leg_mut(leg)
            && std::mem::take(&mut leg.silent)
        {
            actions.push(Action::Back { leg: leg.id });
        }
    }

    /// Both ends of the leg's connection are up: older legs of its seat are closed.
    fn mark_used(&mut self, leg: LegId, actions: &mut Vec<Action>) {
        let Some(at) = self.legs.iter().position(|other| other.id == leg) else {
            return;
        };
        if self.legs[at].assume_used_at.take().is_none() {
            return;
        }
        let seat = self.legs[at].placement.seat;
        let mut older = at;
        self.close_where(actions, |other| {
            let closed = older > 0 && other.placement.seat == seat;
            older = older.saturating_sub(1);
            closed
        });
    }

    /// Forwards a packet to every leg of another seat. Returns its track when it is new, `None` for a
    /// duplicate.
    pub fn rtp(
        &mut self,
        now: Instant,
        from: LegId,
        rtp: &RtpIn,
        actions: &mut Vec<Action>,
    ) -> Option<TrackKey> {
        self.mark_used(from, actions);
        let stream = SourceId {
            stream: self.streams,
        };
        let sender = self.legs.iter_mut().find(|leg| leg.id == from)?;
        let from = sender.placement;
        let track = TrackKey {
            seat: from.seat,
            kind: rtp.kind,
        };
        let (source, is_new) = sender.source(now, rtp, stream);
        if is_new {
            self.streams += 1;
        }
        let extended = source.accept(now, rtp)?;
        let id = source.id;
        let origin = Origin {
            source: id,
            number: extended,
            timestamp: rtp.timestamp,
            clock_rate: rtp.codec.clock_rate(),
        };
        let mut wanted = is_new;
        for at in 0..self.legs.len() {
            let leg = &self.legs[at];
            let receiver = leg.placement;
            if receiver.seat == track.seat
                || !leg.connected
                || (rtp.kind != TrackKind::Audio && !leg.downlink.allows_video())
            {
                continue;
            }
            let line = MediaLine::of(rtp.kind, receiver.lane_of(from));
            match self.legs[at].outgoing[line.index()].source() {
                Some(current) if current == id => {}
                Some(current) if self.keeps_place(now, current, track) => continue,
                _ if rtp.is_entry_point() => {}
                _ => {
                    wanted = true;
                    continue;
                }
            }
            let leg = &mut self.legs[at];
            if let Some((sequence, timestamp)) = leg.outgoing[line.index()].rewrite(now, origin) {
                let rtp = RtpOut {
                    line,
                    codec: rtp.codec,
                    sequence,
                    timestamp,
                    marker: rtp.marker,
                    payload: rtp.payload.clone(),
                };
                leg.downlink.on_sent(rtp.payload.len());
                actions.push(Action::Forward { to: leg.id, rtp });
            }
        }
        if wanted {
            self.need_keyframe(track);
            self.send_keyframe_requests(now, actions);
        }
        Some(track)
    }

    /// A receiver's PLI or FIR: it cannot decode what it gets.
    pub fn keyframe_requested(
        &mut self,
        now: Instant,
        receiver: LegId,
        line: MediaLine,
        actions: &mut Vec<Action>,
    ) {
        let Some(receiver) = self.legs.iter().find(|leg| leg.id == receiver) else {
            return;
        };
        let (seat, watched) = (
            receiver.placement.seat,
            receiver.outgoing[line.index()].source(),
        );
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.placement.seat != seat)
        {
            if let Some(source) = &mut leg.sources[line.kind().index()]
                && watched.is_none_or(|watched| watched == source.id)
            {
                source.throttle.need();
            }
        }
        self.send_keyframe_requests(now, actions);
    }

    /// A receiver's report block about one of its streams.
    pub fn loss_report(&mut self, receiver: LegId, report: LossReport, actions: &mut Vec<Action>) {
        self.mark_used(receiver, actions);
        if let Some(receiver) = self.leg_mut(receiver) {
            receiver.downlink.on_loss_report(report);
        }
    }

    /// A receiver's bandwidth estimate (REMB).
    pub fn remb(&mut self, receiver: LegId, bits_per_second: u64, actions: &mut Vec<Action>) {
        self.mark_used(receiver, actions);
        if let Some(receiver) = self.leg_mut(receiver) {
            receiver.downlink.on_remb(bits_per_second);
        }
    }

    /// The recorder wants a key frame. A merely useful one is deferred while any receiver has a deep jitter buffer: a late
    /// packet ahead of a key frame would freeze its video (ADR 13).
    pub fn recorder_needs_keyframe(
        &mut self,
        now: Instant,
        track: TrackKey,
        need: KeyframeNeed,
        actions: &mut Vec<Action>,
    ) {
        let deep_buffer = |leg: &Leg| leg.connected && leg.downlink.is_retransmission_slow();
        if need == KeyframeNeed::Useful && self.legs.iter().any(deep_buffer) {
            return;
        }
        self.need_keyframe(track);
        self.send_keyframe_requests(now, actions);
    }

    /// Removes a leg that left, failed or was closed by its peer.
    pub fn remove(&mut self, leg: LegId, actions: &mut Vec<Action>) {
        self.close_where(actions, |other| other.id == leg);
    }

    /// Removes all legs: the call has ended.
    pub fn end(&mut self, actions: &mut Vec<Action>) {
        self.close_where(actions, |_| true);
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let legs = self.legs.iter().filter_map(Leg::next_timeout);
        legs.chain(self.next_bitrate_update).min()
    }

    pub fn handle_timeout(&mut self, now: Instant, actions: &mut Vec<Action>) {
        self.close_where(actions, |leg| leg.last_heard + CLOSED_AFTER <= now);
        let due = |leg: &&Leg| leg.assume_used_at.is_some_and(|at| at <= now);
        while let Some(leg) = self.legs.iter().find(due).map(|leg| leg.id) {
            self.mark_used(leg, actions);
        }
        for leg in &mut self.legs {
            if leg.connected && !leg.silent && leg.last_heard + SILENT_AFTER <= now {
                leg.silent = true;
                actions.push(Action::Silent {
                    leg: leg.id,
                    last_heard: leg.last_heard,
                });
            }
        }
        if self.next_bitrate_update.is_some_and(|next| next <= now) {
            self.next_bitrate_update =
                (!self.legs.is_empty()).then(|| now + downlink::UPDATE_INTERVAL);
            self.update_bitrate_limits(now, actions);
        }
        self.send_keyframe_requests(now, actions);
    }

    /// Tells every publisher the bit rate that the narrowest downlink among its receivers can carry.
    fn update_bitrate_limits(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let mut limits: Vec<(Seat, u64)> = Vec::with_capacity(self.legs.len());
        let mut again = Vec::new();
        for leg in self.legs.iter_mut().filter(|leg| leg.connected) {
            let before = leg.downlink.allows_video();
            limits.push((leg.placement.seat, leg.downlink.update(now)));
            match (before, leg.downlink.allows_video()) {
                // Its video streams continue where they stop now, with the next key frame.
                (true, false) => leg.outgoing_video().for_each(StreamRewriter::release),
                (false, true) => again.push(leg.placement.seat),
                _ => {}
            }
        }
        for seat in again {
            for other in self
                .legs
                .iter_mut()
                .filter(|leg| leg.placement.seat != seat)
            {
                other.need_keyframes();
            }
        }
        for leg in self.legs.iter_mut().filter(|leg| leg.connected) {
            let others = limits
                .iter()
                .filter(|(seat, _)| *seat != leg.placement.seat);
            let limit = others
                .map(|(_, limit)| *limit)
                .min()
                .unwrap_or(downlink::MAX_BITRATE);
            // A browser takes an early REMB for its own bandwidth and sends that much at once, so nothing is said before
            // there is something to limit, nor after the limit was lifted.
            if limit < downlink::MAX_BITRATE || leg.bitrate_limit < downlink::MAX_BITRATE {
                leg.bitrate_limit = limit;
                actions.push(Action::LimitBitrate {
                    leg: leg.id,
                    bits_per_second: limit,
                });
            }
        }
    }

    pub fn has(&self, leg: LegId) -> bool {
        self.legs.iter().any(|other| other.id == leg)
    }

    /// Whether the stream that a receiver watches keeps its place against `rival`.
    fn keeps_place(&self, now: Instant, current: SourceId, rival: TrackKey) -> bool {
        self.legs
            .iter()
            .filter(|leg| leg.placement.seat != rival.seat)
            .filter_map(|leg| leg.sources[rival.kind.index()].as_ref())
            .any(|source| {
                source.id == current
                    && now.saturating_duration_since(source.last) < SOURCE_IDLE_AFTER
            })
    }

    fn need_keyframe(&mut self, track: TrackKey) {
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.placement.seat == track.seat)
        {
            if let Some(source) = &mut leg.sources[track.kind.index()] {
                source.throttle.need();
            }
        }
    }

    /// Requests the key frames that are due.
    fn send_keyframe_requests(&mut self, now: Instant, actions: &mut Vec<Action>) {
        for leg in &mut self.legs {
            for kind in [TrackKind::Camera, TrackKind::Screen] {
                let Some(source) = &mut leg.sources[kind.index()] else {
                    continue;
                };
                if !source.is_active(now) {
                    // Video that comes back is asked anew.
                    source.throttle.settle();
                } else if source.throttle.poll(now) {
                    actions.push(Action::RequestKeyframe { leg: leg.id, kind });
                }
            }
        }
    }

    fn leg_mut(&mut self, leg: LegId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|other| other.id == leg)
    }

    fn close_where(&mut self, actions: &mut Vec<Action>, mut gone: impl FnMut(&Leg) -> bool) {
        self.legs.retain(|leg| {
            let gone = gone(leg);
            if gone {
                actions.push(Action::Closed {
                    leg: leg.id,
                    last_heard: leg.last_heard,
                });
            }
            !gone
        });
    }
}
