//! One call's signalling as a pure reducer: what came in, what is to be done. No sockets, no clock, no
//! database; the actor around it carries the effects out.
//!
//! The call's row is the truth. The room never changes the state by itself: it asks for a change, and goes on
//! from the row that the change left behind. A change that failed is asked for again at the next tick.

use super::{
    events::{Effect, Input, NewLeg, RelayUse},
    pairs::{Pairs, Verdict},
    seat::{Place, Replaced, Way},
};
use crate::usecase::call::life::Step;
use orderline_domain::{
    call::{Call, CallState, mode::Route, seat::Seat},
    clock::ClockPair,
    ids::{LegId, RecordingId, UserId},
};
use orderline_protocol::{call::CallServerFrame, problem::Code};
use std::collections::{BTreeMap, VecDeque};

/// After the media have moved, the legs of the way before are closed by their pages, and after this time by us, in
/// milliseconds.
pub(super) const RETIRE_MS: u64 = 3_000;
/// Legs that wait to be closed; beyond, the oldest is closed at once.
const MAX_RETIRED: usize = 16;

/// The way that the media of both sides take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Carried {
    route: Route,
    recording: Option<RecordingId>,
}

/// A leg of a way that is no longer used, about to be closed.
#[derive(Clone, Copy, Debug)]
struct Retired {
    leg: LegId,
    user: UserId,
    route: Route,
    since: ClockPair,
}

/// The reducer's state.
#[derive(Debug)]
pub(super) struct Room {
    call: Call,
    places: BTreeMap<Seat, Place>,
    /// None until both sides have met for the first time in this process's time.
    carried: Option<Carried>,
    retired: VecDeque<Retired>,
    pairs: Pairs,
    relay: RelayUse,
    finished: bool,
}

impl Room {
    /// A room for a live call; [`Input::Changed`] with the same row brings it up to date.
    pub(super) fn new(call: Call) -> Self {
        let places = call
            .seats()
            .into_iter()
            .map(|(seat, person)| (seat, Place::new(person.clone())))
            .collect();
        Self {
            call,
            places,
            carried: None,
            retired: VecDeque::new(),
            pairs: Pairs::default(),
            relay: RelayUse::Off,
            finished: false,
        }
    }

    /// The call as last seen in its row.
    pub(super) const fn call(&self) -> &Call {
        &self.call
    }

    /// The seat of whoever holds this leg.
    pub(super) fn seat_of(&self, leg: LegId) -> Option<Seat> {
        self.places
            .iter()
            .find(|(_, place)| place.route_of(leg).is_some())
            .map(|(seat, _)| *seat)
    }

    /// Who holds this leg.
    pub(super) fn user_of(&self, leg: LegId) -> Option<UserId> {
        let held = |place: &&Place| place.route_of(leg).is_some();
        let retired = || self.retired.iter().find(|it| it.leg == leg);
        self.places
            .values()
            .find(held)
            .map(|place| place.person.user)
            .or_else(|| retired().map(|it| it.user))
    }

    /// Which way a leg goes, or went.
    pub(super) fn route_of(&self, leg: LegId) -> Option<Route> {
        let retired = || self.retired.iter().find(|it| it.leg == leg);
        self.places
            .values()
            .find_map(|place| place.route_of(leg))
            .or_else(|| retired().map(|it| it.route))
    }

    /// Whether a participant can join this way now: the one that the media take, or the one that they move to.
    pub(super) fn may_join(&self, route: Route) -> Result<(), Code> {
        if self.finished {
            return Err(Code::CallOver);
        }
        let used = self.call.mode.route() == route
            || self.carried.is_some_and(|carried| carried.route == route);
        if self.call.state.is_answered() && used {
            Ok(())
        } else {
            Err(Code::Conflict)
        }
    }

    /// Takes one input in.
    pub(super) fn step(&mut self, input: Input, at: ClockPair) -> Vec<Effect> {
        if self.finished {
            return Vec::new();
        }
        for place in self.places.values_mut() {
            place.tick(at);
        }
        let mut effects = Vec::new();
        self.take(input, at, &mut effects);
        if self.finished {
            return effects;
        }
        let moved = self.arrive(at, &mut effects);
        self.close_retired(at, &mut effects);
        self.use_relay(&mut effects);
        effects.extend(moved);
        self.pair_up(at, &mut effects);
        if let Some(step) = self.wanted(at) {
            effects.push(Effect::Step(step));
        }
        effects
    }

    fn take(&mut self, input: Input, at: ClockPair, effects: &mut Vec<Effect>) {
        match input {
            Input::Changed(call) => self.changed(*call, effects),
            Input::Joined(new) => self.joined(*new, at, effects),
            Input::Media { leg, media } => {
                self.on_leg(leg, effects, |place, _| place.media = media);
            }
            Input::Quality { leg, level } => {
                self.on_leg(leg, effects, |place, _| place.line = Some(level));
            }
            Input::Signal { leg, pair, body } => match self.pairs.judge(leg, pair, &body) {
                Verdict::Pass { to } => effects.push(Effect::Send {
                    leg: to,
                    frame: CallServerFrame::Private { pair, body },
                }),
                Verdict::Late => {}
                Verdict::Refused => effects.push(Effect::RefusedSignal),
            },
            Input::Link { leg, up } => self.on_leg(leg, effects, |place, route| {
                let way = place.way_mut(route);
                // The relay knows by itself.
                match (route, up) {
                    (Route::Private, true) => way.present(),
                    (Route::Private, false) => way.absent(at),
                    (Route::Relay, _) => {}
                }
            }),
            Input::Leaving { leg } => {
                self.on_leg(leg, effects, |place, _| place.leaving = Some(at));
            }
            Input::Here { user } => {
                let mut places = self.places.values_mut();
                if let Some(place) = places.find(|place| place.person.user == user) {
                    // From here on the time counts that anybody has who lost their way.
                    place.leaving = None;
                }
            }
            Input::SocketGone { leg } => {
                self.on_leg(leg, effects, |place, route| place.socket_gone(route, at));
                if let Some(gone) = self.retired.iter().position(|it| it.leg == leg) {
                    let gone = self.retired.remove(gone);
                    effects.extend(gone.and_then(removal));
                }
            }
            Input::LegConnected { leg } | Input::LegBack { leg } => {
                self.on_leg(leg, effects, |place, route| place.way_mut(route).present());
            }
            Input::LegSilent { leg, last_packet } | Input::LegClosed { leg, last_packet } => {
                self.on_leg(leg, effects, |place, route| {
                    place.way_mut(route).absent(last_packet);
                });
            }
            Input::Tick => {}
        }
    }

    fn changed(&mut self, call: Call, effects: &mut Vec<Effect>) {
        if call.version < self.call.version {
            return;
        }
        let news = call.version > self.call.version;
        self.call = call;
        self.reseat(effects);
        if let CallState::Ended(ended) = self.call.state {
            for leg in self.sockets() {
                effects.push(Effect::Send {
                    leg,
                    frame: CallServerFrame::Ended {
                        reason: ended.reason,
                    },
                });
                effects.push(Effect::CloseSocket { leg });
            }
        } else if news {
            for leg in self.sockets() {
                let call = Box::new((&self.call).into());
                effects.push(Effect::Send {
                    leg,
                    frame: CallServerFrame::Call { call },
                });
            }
        }
        if !self.call.state.is_live() {
            self.finished = true;
            effects.push(Effect::Finish);
        }
    }

    fn joined(&mut self, new: NewLeg, at: ClockPair, effects: &mut Vec<Effect>) {
        let (seat, leg, route) = (new.seat, new.leg, new.route());
        let Some(place) = self.places.get_mut(&seat) else {
            effects.push(Effect::RemoveLeg { leg });
            effects.push(Effect::CloseSocket { leg });
            return;
        };
        // The media side itself lets the old leg go once the new one is up.
        if let Some(Replaced {
            leg: old,
            had_socket: true,
        }) = place.join(route, leg, new.media, at)
        {
            effects.push(Effect::Send {
                leg: old,
                frame: CallServerFrame::Replaced,
            });
            effects.push(Effect::CloseSocket { leg: old });
        }
        let frame = CallServerFrame::Joined {
            leg,
            epoch: new.epoch,
            seat,
            sdp: new.sdp,
            ice: new.ice,
            relay_only: new.relay_only,
            call: Box::new((&self.call).into()),
            at: at.wall,
        };
        effects.push(Effect::Send { leg, frame });
        for (other, place) in &self.places {
            if *other != seat {
                let frame = CallServerFrame::Peer {
                    peer: self.peer(seat, *other, place),
                };
                effects.push(Effect::Send { leg, frame });
            }
        }
        self.tell_others(seat, effects);
    }

    /// Changes the place that holds this leg, and tells the others when that shows. Legs that were replaced change
    /// nothing any more.
    fn on_leg(
        &mut self,
        leg: LegId,
        effects: &mut Vec<Effect>,
        change: impl FnOnce(&mut Place, Route),
    ) {
        let Some((seat, place, route)) = self
            .places
            .iter_mut()
            .find_map(|(seat, place)| Some((*seat, place.route_of(leg)?, place)))
            .map(|(seat, route, place)| (seat, place, route))
        else {
            return;
        };
        let before = (place.is_present(), place.media, place.line);
        change(place, route);
        if before != (place.is_present(), place.media, place.line) {
            self.tell_others(seat, effects);
        }
    }

    fn tell_others(&self, seat: Seat, effects: &mut Vec<Effect>) {
        let Some(place) = self.places.get(&seat) else {
            return;
        };
        for (other, listener) in &self.places {
            if *other == seat {
                continue;
            }
            for leg in listener.reachable() {
                let frame = CallServerFrame::Peer {
                    peer: self.peer(*other, seat, place),
                };
                effects.push(Effect::Send { leg, frame });
            }
        }
    }

    fn sockets(&self) -> Vec<LegId> {
        self.places.values().flat_map(Place::reachable).collect()
    }

    /// Whether the media of both sides flow this way.
    fn met(&self, route: Route) -> bool {
        let mut present = self
            .places
            .iter()
            .filter(|(_, place)| place.way(route).is_present())
            .map(|(seat, _)| seat.is_buyer());
        let first = present.next();
        // One of each side at least.
        first.is_some() && present.any(|buyer| Some(buyer) != first)
    }

    /// Once both sides' media flow the way that the mode wants, that is the way: everybody is told, and the legs of
    /// the other one are closed. Until then the way before goes on.
    fn arrive(&mut self, at: ClockPair, effects: &mut Vec<Effect>) -> Option<Effect> {
        let mut moved = None;
        let goal = Carried {
            route: self.call.mode.route(),
            recording: self.call.mode.recording(),
        };
        if self.call.state.is_answered() && self.carried != Some(goal) && self.met(goal.route) {
            let before = self.carried.replace(goal);
            if before.map(|it| it.route) != Some(goal.route) {
                for leg in self.sockets() {
                    let frame = CallServerFrame::Moved { route: goal.route };
                    effects.push(Effect::Send { leg, frame });
                }
            }
            let recording = goal.recording;
            moved = Some(Effect::Moved { recording, at });
        }
        if self.carried.map(|it| it.route) == Some(goal.route) {
            self.retire(goal.route.other(), at);
        }
        moved
    }

    fn retire(&mut self, route: Route, at: ClockPair) {
        for place in self.places.values_mut() {
            let Way { leg: Some(leg), .. } = place.retire(route) else {
                continue;
            };
            self.retired.push_back(Retired {
                leg,
                user: place.person.user,
                route,
                since: at,
            });
        }
    }

    fn close_retired(&mut self, at: ClockPair, effects: &mut Vec<Effect>) {
        while let Some(oldest) = self.retired.front()
            && (at.ms_since(&oldest.since) >= RETIRE_MS || self.retired.len() > MAX_RETIRED)
        {
            let Some(oldest) = self.retired.pop_front() else {
                return;
            };
            effects.push(Effect::CloseSocket { leg: oldest.leg });
            effects.extend(removal(oldest));
        }
    }

    /// Tells what the relay is to do, when that changes.
    fn use_relay(&mut self, effects: &mut Vec<Effect>) {
        let carries = self
            .carried
            .is_some_and(|carried| carried.route == Route::Relay);
        let leaves = || self.retired.iter().any(|it| it.route == Route::Relay);
        let wanted = self.call.mode.route() == Route::Relay;
        let relay = if self.call.state.is_answered() && (wanted || carries || leaves()) {
            RelayUse::On {
                recording: self.call.mode.recording(),
            }
        } else {
            RelayUse::Off
        };
        if relay != self.relay {
            self.relay = relay;
            effects.push(Effect::Relay(relay));
        }
    }

    /// Two browsers whose private legs are both there are told to meet; the seller's offers.
    fn pair_up(&mut self, at: ClockPair, effects: &mut Vec<Effect>) {
        let private = |seat: Seat| {
            let place = self.places.get(&seat)?;
            place.way(Route::Private).reachable()
        };
        // A colleague who has come to a private call takes the seller's place in it.
        let colleague = self.call.side.colleague().and_then(|it| private(it.seat));
        let legs = colleague
            .or_else(|| private(self.call.side.seller().seat))
            .zip(private(Seat::BUYER))
            .map(|(first, second)| [first, second]);
        let wall_ms = u64::try_from(at.wall.as_millisecond()).unwrap_or(0);
        let Some(pair) = self.pairs.update(legs, wall_ms) else {
            return;
        };
        for (index, leg) in legs.into_iter().flatten().enumerate() {
            let initiator = index == 0;
            let frame = CallServerFrame::Pair { pair, initiator };
            effects.push(Effect::Send { leg, frame });
        }
    }

    /// The step that the call needs now, if it needs one.
    fn wanted(&self, at: ClockPair) -> Option<Step> {
        let together = self.met(Route::Relay) || self.met(Route::Private);
        match self.call.state {
            CallState::Connecting { .. } | CallState::Reconnecting { .. } if together => {
                return Some(Step::Connected);
            }
            CallState::Active { .. } if !together => {
                let route = self
                    .carried
                    .map_or_else(|| self.call.mode.route(), |carried| carried.route);
                let last_packet = self.broken_off(route).unwrap_or(at);
                return Some(Step::Interrupted { last_packet });
            }
            _ => {}
        }
        if self.call.state.expires_in_ms(at) == Some(0) {
            return Some(Step::Expire);
        }
        self.side_wants(at).or_else(|| self.left(at))
    }
}

/// What taking a leg out needs: one to the relay is the media side's to close.
fn removal(retired: Retired) -> Option<Effect> {
    (retired.route == Route::Relay).then_some(Effect::RemoveLeg { leg: retired.leg })
}

#[path = "room_side.rs"]
mod side;

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
