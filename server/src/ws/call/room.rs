//! One call's signalling as a pure reducer: what came in, what is to be done. No sockets, no clock, no
//! database; the actor around it carries the effects out.
//!
//! The call's row is the truth. The room never changes the state by itself: it asks for a change, and goes on
//! from the row that the change left behind. A change that failed is asked for again at the next tick.

use super::seat::Place;
use crate::usecase::calls::{CallRecord, Step};
use jiff::SignedDuration;
use orderline_domain::{
    call::{CallEndReason, CallSide, CallState},
    clock::ClockPair,
    ids::{LegId, UserId},
};
use orderline_protocol::call::{CallServerFrame, MediaState, PeerView};
use std::collections::BTreeMap;

/// A closed tab is taken for hanging up after this time; a reload is back sooner.
pub const LEAVE_GRACE: SignedDuration = SignedDuration::from_secs(8);

/// What happened.
pub enum Input {
    /// The call's row changed.
    Changed(Box<CallRecord>),
    /// The media side took a participant's new connection in.
    Joined {
        seat: u8,
        leg: LegId,
        epoch: u32,
        sdp: String,
        media: MediaState,
    },
    Media {
        leg: LegId,
        media: MediaState,
    },
    /// The page says that it goes away.
    Leaving {
        leg: LegId,
    },
    /// The signalling socket is gone; the media may well go on.
    SocketGone {
        leg: LegId,
    },
    LegConnected {
        leg: LegId,
    },
    LegSilent {
        leg: LegId,
        last_packet: ClockPair,
    },
    LegBack {
        leg: LegId,
    },
    LegClosed {
        leg: LegId,
        last_packet: ClockPair,
    },
    Tick,
}

/// What is to be done.
pub enum Effect {
    Send {
        leg: LegId,
        frame: CallServerFrame,
    },
    /// Close the leg's socket once everything before is sent.
    CloseSocket {
        leg: LegId,
    },
    /// Take the leg out of the media.
    RemoveLeg {
        leg: LegId,
    },
    /// The call was accepted: the relay and the recorder begin.
    OpenMedia,
    Step(Step),
    /// The call is over: the media end and the room closes.
    Finish,
}

/// The reducer's state.
#[derive(Debug)]
pub struct Room {
    call: CallRecord,
    places: BTreeMap<u8, Place>,
    media_open: bool,
    finished: bool,
}

impl Room {
    /// A room for a live call; [`Input::Changed`] with the same row brings it up to date.
    pub fn new(call: CallRecord) -> Self {
        let places = call
            .seats()
            .into_iter()
            .map(|(seat, person)| (seat, Place::new(person)))
            .collect();
        Self {
            call,
            places,
            media_open: false,
            finished: false,
        }
    }

    /// The call as last seen in its row.
    pub const fn call(&self) -> &CallRecord {
        &self.call
    }

    /// Who holds this leg.
    pub fn user_of(&self, leg: LegId) -> Option<UserId> {
        self.places
            .values()
            .find(|place| place.leg == Some(leg))
            .map(|place| place.person.user)
    }

    /// Whether participants can join now.
    pub const fn is_open(&self) -> bool {
        self.media_open && !self.finished
    }

    /// Takes one input in.
    pub fn step(&mut self, input: Input, at: ClockPair) -> Vec<Effect> {
        if self.finished {
            return Vec::new();
        }
        for place in self.places.values_mut() {
            place.tick(at);
        }
        let mut effects = Vec::new();
        match input {
            Input::Changed(call) => self.changed(*call, &mut effects),
            Input::Joined {
                seat,
                leg,
                epoch,
                sdp,
                media,
            } => {
                let frame = CallServerFrame::Joined {
                    leg,
                    epoch,
                    seat,
                    sdp: Some(sdp),
                    ice: Vec::new(),
                    relay_only: false,
                    call: Box::new(self.call.view()),
                    at: at.wall,
                };
                self.joined(seat, frame, &Newcomer { leg, media, at }, &mut effects);
            }
            Input::Media { leg, media } => {
                self.on_leg(leg, &mut effects, |place| place.media = media);
            }
            Input::Leaving { leg } => {
                self.on_leg(leg, &mut effects, |place| place.leaving = Some(at));
            }
            Input::SocketGone { leg } => {
                self.on_leg(leg, &mut effects, |place| place.has_socket = false);
            }
            Input::LegConnected { leg } | Input::LegBack { leg } => {
                self.on_leg(leg, &mut effects, Place::present);
            }
            Input::LegSilent { leg, last_packet } => {
                self.on_leg(leg, &mut effects, |place| place.absent(last_packet));
            }
            Input::LegClosed { leg, last_packet } => {
                self.on_leg(leg, &mut effects, |place| place.absent(last_packet));
            }
            Input::Tick => {}
        }
        if !self.finished
            && let Some(step) = self.wanted(at)
        {
            effects.push(Effect::Step(step));
        }
        effects
    }

    fn changed(&mut self, call: CallRecord, effects: &mut Vec<Effect>) {
        if call.version < self.call.version {
            return;
        }
        let news = call.version > self.call.version;
        self.call = call;
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
                let call = Box::new(self.call.view());
                effects.push(Effect::Send {
                    leg,
                    frame: CallServerFrame::Call { call },
                });
            }
        }
        if !self.call.state.is_live() {
            self.finished = true;
            effects.push(Effect::Finish);
        } else if !self.media_open && !matches!(self.call.state, CallState::Ringing { .. }) {
            self.media_open = true;
            effects.push(Effect::OpenMedia);
        }
    }

    fn joined(
        &mut self,
        seat: u8,
        frame: CallServerFrame,
        new: &Newcomer,
        effects: &mut Vec<Effect>,
    ) {
        let Newcomer { leg, media, at } = *new;
        let Some(place) = self.places.get_mut(&seat) else {
            effects.push(Effect::RemoveLeg { leg });
            effects.push(Effect::CloseSocket { leg });
            return;
        };
        let had_socket = place.has_socket;
        // The media side itself lets the old leg go once the new one is up.
        if let Some(old) = place.join(leg, media, at)
            && had_socket
        {
            effects.push(Effect::Send {
                leg: old,
                frame: CallServerFrame::Replaced,
            });
            effects.push(Effect::CloseSocket { leg: old });
        }
        effects.push(Effect::Send { leg, frame });
        for (other, place) in &self.places {
            if *other != seat {
                let frame = CallServerFrame::Peer {
                    peer: peer(*other, place),
                };
                effects.push(Effect::Send { leg, frame });
            }
        }
        self.tell_others(seat, effects);
    }

    /// Changes the place that this leg holds, and tells the others when that shows. Legs that were replaced
    /// change nothing any more.
    fn on_leg(&mut self, leg: LegId, effects: &mut Vec<Effect>, change: impl FnOnce(&mut Place)) {
        let Some((seat, place)) = self
            .places
            .iter_mut()
            .find(|(_, place)| place.leg == Some(leg))
        else {
            return;
        };
        let (seat, before) = (*seat, (place.is_present(), place.media));
        change(place);
        if before != (place.is_present(), place.media) {
            self.tell_others(seat, effects);
        }
    }

    fn tell_others(&self, seat: u8, effects: &mut Vec<Effect>) {
        let Some(place) = self.places.get(&seat) else {
            return;
        };
        for (other, listener) in &self.places {
            if *other != seat
                && listener.has_socket
                && let Some(leg) = listener.leg
            {
                let frame = CallServerFrame::Peer {
                    peer: peer(seat, place),
                };
                effects.push(Effect::Send { leg, frame });
            }
        }
    }

    fn sockets(&self) -> Vec<LegId> {
        self.places
            .values()
            .filter(|place| place.has_socket)
            .filter_map(|place| place.leg)
            .collect()
    }

    /// The step that the call needs now, if it needs one.
    fn wanted(&self, at: ClockPair) -> Option<Step> {
        let everybody = self.places.values().all(Place::is_present);
        match self.call.state {
            CallState::Connecting { .. } | CallState::Reconnecting { .. } if everybody => {
                return Some(Step::Connected);
            }
            CallState::Active { .. } if !everybody => {
                // What was said ends with the side that broke off first.
                let last_packet = self
                    .places
                    .values()
                    .filter_map(Place::gone_since)
                    .min_by_key(|pair| pair.wall)
                    .unwrap_or(at);
                return Some(Step::Interrupted { last_packet });
            }
            _ => {}
        }
        if self.call.state.expires_in_ms(at) == Some(0) {
            return Some(Step::Expire);
        }
        let grace = u64::try_from(LEAVE_GRACE.as_millis()).unwrap_or(0);
        self.places.iter().find_map(|(seat, place)| {
            let since = place.leaving?;
            let side = if *seat == 0 {
                CallSide::Seller
            } else {
                CallSide::Buyer
            };
            (at.ms_since(&since) >= grace).then_some(Step::End {
                reason: CallEndReason::hung_up_by(side),
                at: since,
            })
        })
    }
}

/// A leg that joins.
struct Newcomer {
    leg: LegId,
    media: MediaState,
    at: ClockPair,
}

fn peer(seat: u8, place: &Place) -> PeerView {
    PeerView {
        user: place.person.user,
        name: place.person.name.clone(),
        seat,
        connected: place.is_present(),
        media: place.media,
    }
}
