//! A room without a server around it, and what holds of everything that it asks for.

use super::*;
use crate::usecase::call::life::SideStep;

/// A room that is fed, and what it asked for. Steps of the call's state are taken as the server would.
pub(super) struct World {
    pub room: Room,
    pub now: u64,
    /// What it asked for, in short.
    pub asked: Vec<String>,
    /// What the relay does.
    pub relay: RelayUse,
    pub closed: BTreeSet<LegId>,
    pub pair: u64,
}

impl World {
    pub(super) fn new(mode: CallMode) -> Self {
        let call = record(mode);
        let mut world = Self {
            room: Room::new(call.clone()),
            now: 0,
            asked: Vec::new(),
            relay: RelayUse::Off,
            closed: BTreeSet::new(),
            pair: 0,
        };
        world.take(Input::Changed(Box::new(call)));
        world
    }

    pub(super) fn take(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.room.step(input, at(self.now)) {
                if let Effect::Step(step) = &effect {
                    let mut call = self.room.call().clone();
                    let state = call.state.clone();
                    let next = match *step {
                        Step::Connected => state.connected(at(self.now)),
                        Step::Interrupted { last_packet } => {
                            state.interrupted(last_packet, at(self.now))
                        }
                        Step::Expire => Ok(state.expire(at(self.now))),
                        Step::End { reason, at } => state.end(reason, at),
                        Step::Side(step) => {
                            call = sided(&call, step);
                            Ok(state)
                        }
                    };
                    call.state = next.expect("a step that the rules allow");
                    call.version += 1;
                    inputs.push_back(Input::Changed(Box::new(call)));
                }
                self.hold(&effect);
                self.asked.extend(told(&effect));
            }
            if let RelayUse::On {
                recording: Some(recording),
            } = self.relay
                && !self.room.finished
            {
                assert_eq!(self.room.call().mode.recording(), Some(recording));
            }
        }
    }

    /// What holds of everything that a room ever asks for.
    pub(super) fn hold(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { leg, frame } => {
                assert!(!self.closed.contains(leg), "said to a closed leg");
                if let CallServerFrame::Pair { pair, initiator } = frame {
                    assert!(*pair > self.pair || !initiator, "numbers of pairs grow");
                    self.pair = *pair;
                }
            }
            Effect::CloseSocket { leg } => assert!(self.closed.insert(*leg), "closed twice"),
            Effect::Relay(relay) => {
                assert_ne!(*relay, self.relay);
                self.relay = *relay;
            }
            Effect::Moved { recording, .. } => {
                assert_eq!(*recording, self.room.call().mode.recording());
                assert!(self.room.met(self.room.call().mode.route()));
            }
            Effect::RemoveLeg { .. } | Effect::RefusedSignal | Effect::Step(_) | Effect::Finish => {
            }
        }
    }

    pub(super) fn mode(&mut self, mode: CallMode) {
        let mut call = self.room.call().clone();
        call.mode = mode;
        call.version += 1;
        self.take(Input::Changed(Box::new(call)));
    }

    /// The seller's side takes a step, if it may.
    pub(super) fn side(
        &mut self,
        step: impl FnOnce(SellerSide) -> Result<SellerSide, InvalidHandOver>,
    ) -> bool {
        let call = self.room.call().clone();
        let Ok(side) = step(call.side.clone()) else {
            return false;
        };
        let mut call = with_side(&call, side);
        call.version += 1;
        self.take(Input::Changed(Box::new(call)));
        true
    }

    pub(super) fn join(&mut self, seat: Seat, n: u128, route: Route) {
        self.take(Input::Joined(Box::new(NewLeg {
            seat,
            leg: leg(n),
            epoch: 1,
            sdp: (route == Route::Relay).then(String::new),
            ice: Vec::new(),
            relay_only: false,
            media: MediaState::default(),
        })));
    }

    pub(super) fn link(&mut self, n: u128, up: bool) {
        self.take(Input::Link { leg: leg(n), up });
    }

    pub(super) fn connected(&mut self, n: u128) {
        self.take(Input::LegConnected { leg: leg(n) });
    }

    pub(super) fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.take(Input::Tick);
    }

    /// What was asked for since the last look.
    pub(super) fn asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.asked)
    }

    pub(super) fn state(&self) -> &'static str {
        self.room.call().state.name()
    }
}

/// The call after a step that its side takes by itself, as the server would save it.
fn sided(call: &Call, step: SideStep) -> Call {
    let side = call.side.clone();
    let side = match step {
        SideStep::RunOut => side.refused(WhyRefused::NoAnswer),
        SideStep::LineLost => side.refused(WhyRefused::LineLost),
        SideStep::Gone(user) => match side.gone(CallSide::Seller, user) {
            After::GoesOn(side) => Ok(side),
            After::Ends(_) => Err(InvalidHandOver::NobodyElse),
        },
    };
    with_side(call, side.expect("a step that the rules allow"))
}

fn with_side(call: &Call, side: SellerSide) -> Call {
    let named = |it: Option<UserId>| {
        it.map(|user| Person {
            user,
            ..call.seller.clone()
        })
    };
    let colleague = side.colleague().or(side.asked()).map(|it| it.user);
    Call {
        seller: named(Some(side.seller().user)).expect("somebody"),
        colleague: named(colleague),
        side,
        ..call.clone()
    }
}

/// An effect in short; what passes unchanged in every test is left out.
fn told(effect: &Effect) -> Option<String> {
    let number = |leg: &LegId| leg.as_uuid().as_u128();
    Some(match effect {
        Effect::Send { leg, frame } => {
            let what = match frame {
                CallServerFrame::Pair { initiator, .. } => {
                    if *initiator {
                        "offer".to_owned()
                    } else {
                        "answer".to_owned()
                    }
                }
                CallServerFrame::Private { .. } => "signal".to_owned(),
                CallServerFrame::Moved { route } => format!("moved {}", route.name()),
                CallServerFrame::Replaced => "replaced".to_owned(),
                CallServerFrame::Left => "left".to_owned(),
                _ => return None,
            };
            format!("{what} to {}", number(leg))
        }
        Effect::CloseSocket { leg } => format!("close {}", number(leg)),
        Effect::RemoveLeg { leg } => format!("remove {}", number(leg)),
        Effect::Relay(RelayUse::Off) => "relay off".to_owned(),
        Effect::Relay(RelayUse::On { recording: None }) => "relay unrecorded".to_owned(),
        Effect::Relay(RelayUse::On {
            recording: Some(it),
        }) => format!("relay records {}", it.as_uuid().as_u128()),
        Effect::Moved { recording, .. } => match recording {
            Some(it) => format!("span recorded {}", it.as_uuid().as_u128()),
            None => "span private".to_owned(),
        },
        Effect::RefusedSignal => "refused".to_owned(),
        Effect::Step(_) => return None,
        Effect::Finish => "finish".to_owned(),
    })
}
