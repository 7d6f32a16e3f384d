//! One call, as pure state: who is connected, what each viewer watches, when to ask for key frames, who has
//! fallen silent. It knows no sockets and no connection, only their packets and the time.
//!
//! Every leg has outgoing streams ([`MediaLine`]): sound, camera and screen of the others. Each carries one source of
//! another seat: the first that sends, until it ends or falls silent. With two seats that is simply the other one.
//! Of two people on the seller's side each has a lane: there the buyer hears and sees them. They themselves have the
//! buyer in the first lane and each other in the second.

mod action;
mod keyframes;
mod leg;
mod losses;
mod pace;
mod splice;
mod stand;
mod trips;

pub use action::Action;
pub use leg::StreamStarts;
pub use stand::Stand;

use crate::{
    MediaError,
    rtp::{KeyframeNeed, LossReport, MediaLine, RtpIn, RtpOut, TrackKey, TrackKind},
};
use leg::Leg;
use orderline_domain::{call::seat::Seat, ids::LegId};
use splice::{Origin, SourceId, Splice};
use std::time::{Duration, Instant};

/// Legs per call: two participants, colleagues, and the doubles while somebody reconnects.
pub const MAX_LEGS: usize = 8;
/// After this long without anything authenticated a leg counts as silent.
pub const SILENT_AFTER: Duration = Duration::from_secs(3);
/// After this long it is closed; also a leg that never connected.
pub const CLOSED_AFTER: Duration = Duration::from_secs(30);
/// A connection from whose other end nothing comes takes the place of the older ones of its seat after this long.
const YIELD_AFTER: Duration = Duration::from_secs(10);
/// A source that sent nothing for this long gives its place to another.
const IDLE: Duration = Duration::from_secs(1);

/// One call.
#[derive(Default)]
pub struct Relay {
    legs: Vec<Leg>,
    streams: u64,
    next_pace: Option<Instant>,
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
        stand: Stand,
        starts: StreamStarts,
        actions: &mut Vec<Action>,
    ) -> Result<(), MediaError> {
        self.close_where(actions, |other| {
            other.id == leg || (other.stand.seat == stand.seat && !other.connected)
        });
        if self.legs.len() >= MAX_LEGS {
            return Err(MediaError::Full("legs in a call"));
        }
        self.legs.push(Leg::new(now, leg, stand, starts));
        Ok(())
    }

    /// The leg's connection is up at this end, and it wants to see everybody. Older legs of its seat stay until the
    /// other end uses it ([`Self::in_use`]): the handshake's last message may be on its way for a second or more.
    pub fn connected(&mut self, now: Instant, leg: LegId, actions: &mut Vec<Action>) {
        let Some(seat) = self.leg_mut(leg).map(|leg| {
            leg.connected = true;
            leg.heard = now;
            leg.yields = Some(now + YIELD_AFTER);
            leg.stand.seat
        }) else {
            return;
        };
        self.next_pace.get_or_insert(now + pace::INTERVAL);
        for other in self
            .legs
            .iter_mut()
            .filter(|other| other.stand.seat != seat)
        {
            other.want_keyframes();
        }
        self.ask(now, actions);
    }

    /// Something authenticated came from the leg.
    pub fn heard(&mut self, now: Instant, leg: LegId, actions: &mut Vec<Action>) {
        if let Some(leg) = self.leg_mut(leg) {
            leg.heard = now;
            if std::mem::take(&mut leg.silent) {
                actions.push(Action::Back { leg: leg.id });
            }
        }
    }

    /// Both ends of the leg's connection are up: older legs of its seat are closed.
    fn in_use(&mut self, leg: LegId, actions: &mut Vec<Action>) {
        let Some(at) = self.legs.iter().position(|other| other.id == leg) else {
            return;
        };
        if self.legs[at].yields.take().is_none() {
            return;
        }
        let seat = self.legs[at].stand.seat;
        let mut older = at;
        self.close_where(actions, |other| {
            let closed = older > 0 && other.stand.seat == seat;
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
        self.in_use(from, actions);
        let stream = SourceId {
            stream: self.streams,
        };
        let sender = self.legs.iter_mut().find(|leg| leg.id == from)?;
        let from = sender.stand;
        let track = TrackKey {
            seat: from.seat,
            kind: rtp.kind,
        };
        let (source, begun) = sender.source(now, rtp, stream);
        if begun.stream {
            self.streams += 1;
        }
        if begun.track {
            actions.push(Action::Started { track });
        }
        let extended = source.take(now, rtp)?;
        source.saw(rtp);
        let id = source.id;
        let origin = Origin {
            source: id,
            number: extended,
            timestamp: rtp.timestamp,
            clock_rate: rtp.codec.clock_rate(),
        };
        let mut wanted = begun.stream;
        for at in 0..self.legs.len() {
            let leg = &self.legs[at];
            let viewer = leg.stand;
            if viewer.seat == track.seat
                || !leg.connected
                || (rtp.kind != TrackKind::Audio && !leg.pace.pictures())
            {
                continue;
            }
            let line = MediaLine::of(rtp.kind, viewer.lane_of(from));
            match self.legs[at].outs[line.index()].source() {
                Some(current) if current == id => {}
                Some(current) if self.holds(now, current, track) => continue,
                _ if rtp.is_entry_point() => {}
                _ => {
                    wanted = true;
                    continue;
                }
            }
            let leg = &mut self.legs[at];
            if let Some((sequence, timestamp)) = leg.outs[line.index()].map(now, origin) {
                let rtp = RtpOut {
                    line,
                    codec: rtp.codec,
                    sequence,
                    timestamp,
                    marker: rtp.marker,
                    payload: rtp.payload.clone(),
                };
                leg.pace.sent(rtp.payload.len());
                actions.push(Action::Forward { to: leg.id, rtp });
            }
        }
        if wanted {
            self.want(track);
            self.ask(now, actions);
        }
        Some(track)
    }

    /// A viewer cannot decode what it gets.
    pub fn keyframe_wanted(
        &mut self,
        now: Instant,
        viewer: LegId,
        line: MediaLine,
        actions: &mut Vec<Action>,
    ) {
        let Some(viewer) = self.legs.iter().find(|leg| leg.id == viewer) else {
            return;
        };
        let (seat, watched) = (viewer.stand.seat, viewer.outs[line.index()].source());
        for leg in self.legs.iter_mut().filter(|leg| leg.stand.seat != seat) {
            if let Some(source) = &mut leg.sources[line.kind().index()]
                && watched.is_none_or(|watched| watched == source.id)
            {
                source.throttle.want();
            }
        }
        self.ask(now, actions);
    }

    /// A viewer reports what was lost of a stream.
    pub fn lost(&mut self, viewer: LegId, report: LossReport, actions: &mut Vec<Action>) {
        self.in_use(viewer, actions);
        if let Some(viewer) = self.leg_mut(viewer) {
            viewer.pace.lost(report);
        }
    }

    /// A viewer estimates how many bits per second its way carries.
    pub fn estimated(&mut self, viewer: LegId, bits_per_second: u64, actions: &mut Vec<Action>) {
        self.in_use(viewer, actions);
        if let Some(viewer) = self.leg_mut(viewer) {
            viewer.pace.estimated(bits_per_second);
        }
    }

    /// The recorder wants a key frame. One that is merely useful waits for better lines: a viewer whose pictures wait for
    /// repairs freezes for up to as long as they wait when any of them is late and a key frame is behind it (ADR 13).
    pub fn recorder_wants(
        &mut self,
        now: Instant,
        track: TrackKey,
        need: KeyframeNeed,
        actions: &mut Vec<Action>,
    ) {
        let bad = |leg: &Leg| leg.connected && leg.pace.repairs_take_long();
        if need == KeyframeNeed::Useful && self.legs.iter().any(bad) {
            return;
        }
        self.want(track);
        self.ask(now, actions);
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
        legs.chain(self.next_pace).min()
    }

    pub fn handle_timeout(&mut self, now: Instant, actions: &mut Vec<Action>) {
        self.close_where(actions, |leg| leg.heard + CLOSED_AFTER <= now);
        let due = |leg: &&Leg| leg.yields.is_some_and(|yields| yields <= now);
        while let Some(leg) = self.legs.iter().find(due).map(|leg| leg.id) {
            self.in_use(leg, actions);
        }
        for leg in &mut self.legs {
            if leg.connected && !leg.silent && leg.heard + SILENT_AFTER <= now {
                leg.silent = true;
                actions.push(Action::Silent {
                    leg: leg.id,
                    heard: leg.heard,
                });
            }
        }
        if self.next_pace.is_some_and(|next| next <= now) {
            self.next_pace = (!self.legs.is_empty()).then(|| now + pace::INTERVAL);
            self.limit(now, actions);
        }
        self.ask(now, actions);
    }

    /// Tells every publisher what the narrowest way to its viewers can carry.
    fn limit(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let mut caps: Vec<(Seat, u64)> = Vec::with_capacity(self.legs.len());
        let mut again = Vec::new();
        for leg in self.legs.iter_mut().filter(|leg| leg.connected) {
            let before = leg.pace.pictures();
            caps.push((leg.stand.seat, leg.pace.judge(now)));
            match (before, leg.pace.pictures()) {
                // Without its pictures the streams go on where they stand, with the next key frame.
                (true, false) => leg.picture_outs().for_each(Splice::release),
                (false, true) => again.push(leg.stand.seat),
                _ => {}
            }
        }
        for seat in again {
            for other in self.legs.iter_mut().filter(|leg| leg.stand.seat != seat) {
                other.want_keyframes();
            }
        }
        for leg in self.legs.iter_mut().filter(|leg| leg.connected) {
            let others = caps.iter().filter(|(seat, _)| *seat != leg.stand.seat);
            let cap = others.map(|(_, cap)| *cap).min().unwrap_or(pace::CEILING);
            // A browser takes an early limit for an estimate of its own way and sends that much at once, so
            // nothing is said before there is something to limit, nor after the limit was lifted.
            if cap < pace::CEILING || leg.limit < pace::CEILING {
                leg.limit = cap;
                actions.push(Action::Limit {
                    leg: leg.id,
                    bits_per_second: cap,
                });
            }
        }
    }

    pub fn has(&self, leg: LegId) -> bool {
        self.legs.iter().any(|other| other.id == leg)
    }

    /// Whether the stream that a viewer watches keeps its place against `rival`.
    fn holds(&self, now: Instant, current: SourceId, rival: TrackKey) -> bool {
        self.legs
            .iter()
            .filter(|leg| leg.stand.seat != rival.seat)
            .filter_map(|leg| leg.sources[rival.kind.index()].as_ref())
            .any(|source| source.id == current && now.saturating_duration_since(source.last) < IDLE)
    }

    fn want(&mut self, track: TrackKey) {
        for leg in self
            .legs
            .iter_mut()
            .filter(|leg| leg.stand.seat == track.seat)
        {
            if let Some(source) = &mut leg.sources[track.kind.index()] {
                source.throttle.want();
            }
        }
    }

    /// Sends the requests that are due.
    fn ask(&mut self, now: Instant, actions: &mut Vec<Action>) {
        for leg in &mut self.legs {
            for kind in [TrackKind::Camera, TrackKind::Screen] {
                let Some(source) = &mut leg.sources[kind.index()] else {
                    continue;
                };
                if !source.awake(now) {
                    // A picture that comes back is asked anew.
                    source.throttle.came();
                } else if source.throttle.ask(now) {
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
                    heard: leg.heard,
                });
            }
            !gone
        });
    }
}
