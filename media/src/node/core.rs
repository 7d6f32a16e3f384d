//! The node's state: its calls and connections, without sockets, threads or a clock. The worker feeds it
//! datagrams and time, and sends what it collects.

use super::{
    deadlines::{Deadlines, Timer},
    peers::{Peer, Peers},
    stats::NodeStats,
    stun,
};
use crate::{
    MediaError, MediaEvent, Micros,
    engine::Engine,
    record::TapHandle,
    relay::{Action, Placement, Relay, StreamStarts},
    rtp::TrackKey,
};
use bytes::BytesMut;
use foldhash::{HashMap, HashSet};
use orderline_domain::ids::{CallId, LegId, RecordingId};
use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Calls of one node. A call with two legs and a full picture is some 600 datagrams a second.
pub const MAX_CALLS: usize = 2_000;
/// No datagram of ours is longer: the Ethernet size, and room for tunnels that reassemble.
pub const MAX_DATAGRAM: usize = 2_048;
/// Events that wait for their reader; beyond, the oldest are lost and counted.
pub const MAX_EVENTS: usize = 8_192;
/// How often the recorder is asked which pictures need a key frame.
const TAP_INTERVAL: Duration = Duration::from_millis(100);

/// A datagram to send.
#[derive(Debug)]
pub struct Transmit {
    pub dest: SocketAddr,
    pub bytes: BytesMut,
}

/// What a datagram is (RFC 7983, and RFC 5761 for the two kinds of media).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rtp,
    Rtcp,
    Other,
}

impl Kind {
    fn of(datagram: &[u8]) -> Self {
        match datagram {
            [128..192, 192..224, ..] => Self::Rtcp,
            [128..192, ..] => Self::Rtp,
            _ => Self::Other,
        }
    }
}

/// A leg whose connection was prepared elsewhere, ready to be added.
pub struct Join {
    pub call: CallId,
    pub leg: LegId,
    pub placement: Placement,
    pub engine: Engine,
    /// The engine's own ICE user name.
    pub ufrag: String,
    pub starts: StreamStarts,
}

pub(super) struct Call {
    pub relay: Relay,
    pub tap: Option<Tapped>,
    pub clock: Clock,
}

/// A recording that is being made.
pub struct Tapped {
    pub recording: RecordingId,
    pub tap: TapHandle,
    /// The tracks of which it holds something; at most three a seat.
    pub heard: HashSet<TrackKey>,
}

impl Tapped {
    pub fn new(recording: RecordingId, tap: TapHandle) -> Self {
        Self {
            recording,
            tap,
            heard: HashSet::default(),
        }
    }
}

/// The call's pair of clocks, read once.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
    wall: Micros,
}

impl Clock {
    pub(crate) fn at(self, now: Instant) -> Micros {
        let passed = now.saturating_duration_since(self.start).as_micros();
        self.wall
            .saturating_add(u64::try_from(passed).unwrap_or(u64::MAX))
    }
}

/// See the module.
#[derive(Default)]
pub struct Core {
    pub(super) calls: HashMap<CallId, Call>,
    pub(super) peers: Peers,
    pub(super) deadlines: Deadlines,
    /// Connections that were given something to send.
    pub(super) dirty: BTreeSet<LegId>,
    pub(super) transmits: Vec<Transmit>,
    pub(super) events: VecDeque<MediaEvent>,
    /// Reused between packets.
    pub(super) actions: Vec<Action>,
    next_tap: Option<Instant>,
    pub(super) stats: NodeStats,
}

impl Core {
    /// # Errors
    /// [`MediaError::Full`] beyond [`MAX_CALLS`]. A call that exists is left as it is.
    pub fn create(
        &mut self,
        now: Instant,
        wall: Micros,
        call: CallId,
        tap: Option<Tapped>,
    ) -> Result<(), MediaError> {
        if self.calls.contains_key(&call) {
            return Ok(());
        }
        if self.calls.len() >= MAX_CALLS {
            return Err(MediaError::Full("calls"));
        }
        let clock = Clock { start: now, wall };
        self.calls.insert(
            call,
            Call {
                relay: Relay::default(),
                tap,
                clock,
            },
        );
        self.next_tap.get_or_insert(now + TAP_INTERVAL);
        Ok(())
    }

    pub fn has_call(&self, call: CallId) -> bool {
        self.calls.contains_key(&call)
    }

    /// # Errors
    /// [`MediaError::UnknownCall`], or [`MediaError::Full`] when the call has too many legs.
    pub fn join(&mut self, now: Instant, join: Join) -> Result<(), MediaError> {
        let Join {
            call,
            leg,
            placement,
            engine,
            ufrag,
            starts,
        } = join;
        if !self.calls.contains_key(&call) {
            return Err(MediaError::UnknownCall);
        }
        self.with_relay(now, call, |relay, actions| {
            relay.add(now, leg, placement, starts, actions)
        })
        .unwrap_or(Err(MediaError::UnknownCall))?;
        self.peers.insert(
            leg,
            Peer {
                call,
                seat: placement.seat,
                engine,
                ufrag,
                addresses: VecDeque::new(),
                timers_moved: true,
            },
        );
        self.dirty.insert(leg);
        Ok(())
    }

    /// # Errors
    /// [`MediaError::UnknownCall`] or [`MediaError::UnknownLeg`].
    pub fn leave(&mut self, now: Instant, call: CallId, leg: LegId) -> Result<(), MediaError> {
        if !self
            .calls
            .get(&call)
            .ok_or(MediaError::UnknownCall)?
            .relay
            .has(leg)
        {
            return Err(MediaError::UnknownLeg);
        }
        self.with_relay(now, call, |relay, actions| relay.remove(leg, actions));
        Ok(())
    }

    /// Closes all legs, then the recording.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`].
    pub fn end(&mut self, now: Instant, call: CallId) -> Result<(), MediaError> {
        self.with_relay(now, call, Relay::end);
        let ended = self.calls.remove(&call).ok_or(MediaError::UnknownCall)?;
        self.deadlines.set(Timer::Call(call), None);
        if let Some(tapped) = ended.tap {
            tapped.tap.close();
        }
        Ok(())
    }

    /// The recording that this call goes into.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`].
    pub fn recording(&self, call: CallId) -> Result<Option<RecordingId>, MediaError> {
        let call = self.calls.get(&call).ok_or(MediaError::UnknownCall)?;
        Ok(call.tap.as_ref().map(|tapped| tapped.recording))
    }

    /// From the next packet on the call goes into this recording, or into none; the one before is closed.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`].
    pub fn record(&mut self, call: CallId, tap: Option<Tapped>) -> Result<(), MediaError> {
        let call = self.calls.get_mut(&call).ok_or(MediaError::UnknownCall)?;
        if let Some(before) = std::mem::replace(&mut call.tap, tap) {
            before.tap.close();
        }
        Ok(())
    }

    /// Ends the recording's current segment, so that what was said so far can be stored.
    ///
    /// # Errors
    /// [`MediaError::UnknownCall`].
    pub fn cut(&self, call: CallId) -> Result<(), MediaError> {
        if let Some(tapped) = &self.calls.get(&call).ok_or(MediaError::UnknownCall)?.tap {
            tapped.tap.cut();
        }
        Ok(())
    }

    /// Ends every call.
    pub fn end_all(&mut self, now: Instant) {
        for call in self.calls.keys().copied().collect::<Vec<_>>() {
            let _ = self.end(now, call);
        }
    }

    /// Takes one datagram from the socket.
    pub fn datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        self.stats.datagrams_in += 1;
        self.stats.bytes_in += bytes.len() as u64;
        if bytes.is_empty() || bytes.len() > MAX_DATAGRAM {
            self.stats.dropped_size += 1;
            return;
        }
        let stun = stun::is_stun(bytes);
        // A binding request says whom it is for; everything else comes from an address that has proved itself.
        let request = stun::request(bytes);
        let nominates = request.is_some_and(|request| request.nominates);
        let leg = match request {
            Some(request) => self.peers.by_ufrag(request.receiver),
            None if stun && !stun::is_answer(bytes) => None,
            None => self.peers.by_address(source),
        };
        let Some(leg) = leg else {
            self.stats.dropped_unknown += 1;
            return;
        };
        let kind = Kind::of(bytes);
        let sent_before = self.transmits.len();
        if let Some(peer) = self.peers.get_mut(leg) {
            peer.engine.handle(now, source, bytes);
            peer.timers_moved |= kind == Kind::Other;
        }
        match kind {
            Kind::Other => self.drive(now, leg),
            // What these leave to be sent waits for the end of the batch.
            Kind::Rtcp => {
                self.read(now, leg);
                self.dirty.insert(leg);
            }
            Kind::Rtp => {
                self.read(now, leg);
                self.set_timer(now, leg);
            }
        }
        // Only a request that passed its integrity check makes the library send something back: that is when
        // an address becomes the leg's own, and when STUN counts as a sign of life.
        let answered = stun
            && self.transmits[sent_before..]
                .iter()
                .any(|sent| sent.dest == source && stun::proves(&sent.bytes));
        if answered {
            self.peers.bind_address(leg, source);
        }
        let Some(peer) = self.peers.get_mut(leg) else {
            return;
        };
        // The peer's media comes over the path of its choice, or its check says so.
        let heard = peer.engine.take_heard();
        if heard || (answered && nominates) {
            peer.engine.set_path(source);
        }
        if heard || answered {
            let call = peer.call;
            // Only a leg that was silent changes more than the time, and so needs the relay's timers looked at.
            let relay = self.calls.get_mut(&call).map(|call| &mut call.relay);
            if relay.is_some_and(|relay| relay.heard(now, leg)) {
                self.with_relay(now, call, |relay, actions| relay.back(leg, actions));
            }
        }
    }

    /// Sends what forwarding and answering left in the connections. Call after a batch of datagrams.
    pub fn flush(&mut self, now: Instant) {
        // A connection that closes while it is flushed can make others dirty, but only a bounded number of
        // times: each round that does has removed a leg.
        while let Some(leg) = self.dirty.pop_first() {
            self.drive(now, leg);
        }
    }

    /// When [`Self::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines
            .first()
            .into_iter()
            .chain(self.next_tap)
            .min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.deadlines.pop(now) {
            match timer {
                Timer::Leg(leg) => {
                    if let Some(peer) = self.peers.get_mut(leg) {
                        peer.engine.handle_timeout(now);
                        peer.timers_moved = true;
                        self.dirty.insert(leg);
                    }
                }
                Timer::Call(call) => {
                    self.with_relay(now, call, |relay, actions| {
                        relay.handle_timeout(now, actions);
                    });
                }
            }
        }
        if self.next_tap.is_some_and(|next| next <= now) {
            self.next_tap = (!self.calls.is_empty()).then(|| now + TAP_INTERVAL);
            self.ask_taps(now);
        }
        self.flush(now);
    }

    /// Datagrams to send, in order.
    pub fn take_transmits(&mut self, sent: &mut Vec<Transmit>) {
        for transmit in &self.transmits {
            self.stats.datagrams_out += 1;
            self.stats.bytes_out += transmit.bytes.len() as u64;
        }
        sent.append(&mut self.transmits);
    }

    pub fn next_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    /// Puts back an event that could not be delivered yet.
    pub fn return_event(&mut self, event: MediaEvent) {
        self.events.push_front(event);
    }

    pub fn count_send_failures(&mut self, count: u64) {
        self.stats.send_failed += count;
    }

    pub fn stats(&self) -> NodeStats {
        let mut stats = self.stats;
        stats.calls = self.calls.len() as u64;
        stats.legs = self.peers.len() as u64;
        for peer in self.peers.iter() {
            stats.feedback += peer.engine.feedback_stats();
        }
        stats
    }
}
