//! Whatever happens in whatever order, nothing is leaked.

use super::{
    moving_tests::{NONCE, OTHER, moved, private, recorded},
    tests::{OWN, frame, joined, sdp_of, ticket},
    *,
};
use crate::call::engine::private::Candidate;
use orderline_domain::call::safety::{Fingerprint, Nonce, commitment};
use orderline_protocol::call::PeerSignal;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Any {
    Ticket(bool),
    Described(bool),
    RemoteSet(bool),
    Gathered,
    Opened,
    Closed,
    Joined,
    Pair(u64, bool),
    Signal(u8),
    Link(u8),
    Mode(u8),
    Moved(bool),
    Addresses,
    Silence(bool),
    Tick(u64),
    Woken,
}

fn any_input() -> impl Strategy<Value = (u32, Any)> {
    let any = prop_oneof![
        any::<bool>().prop_map(Any::Ticket),
        any::<bool>().prop_map(Any::Described),
        any::<bool>().prop_map(Any::RemoteSet),
        Just(Any::Gathered),
        Just(Any::Opened),
        Just(Any::Closed),
        Just(Any::Joined),
        (0_u64..6, any::<bool>()).prop_map(|(pair, initiator)| Any::Pair(pair, initiator)),
        (0_u8..5).prop_map(Any::Signal),
        (0_u8..4).prop_map(Any::Link),
        (0_u8..2).prop_map(Any::Mode),
        any::<bool>().prop_map(Any::Moved),
        Just(Any::Addresses),
        any::<bool>().prop_map(Any::Silence),
        (0_u64..20_000).prop_map(Any::Tick),
        Just(Any::Woken),
    ];
    (0_u32..5, any)
}

fn signal(which: u8) -> PeerSignal {
    match which {
        0 => PeerSignal::Commit {
            commitment: commitment(&Nonce::from_bytes(NONCE), &Fingerprint::from_bytes(OTHER))
                .to_string(),
        },
        1 => PeerSignal::Offer { sdp: sdp_of(OTHER) },
        2 => PeerSignal::Answer { sdp: sdp_of(OTHER) },
        3 => PeerSignal::Candidate {
            candidate: "c".to_owned(),
            mid: "0".to_owned(),
        },
        _ => PeerSignal::Reveal {
            nonce: Nonce::from_bytes(NONCE).to_string(),
        },
    }
}

/// What exists in the browser now.
#[derive(Default)]
struct Held {
    newest: u32,
    peers: BTreeSet<u32>,
    legs: BTreeSet<u32>,
}

/// Two ways with two connections each, and the former ones that are let go.
const MOST: usize = 4 + MAX_RETIRING;

impl Held {
    fn count(&mut self, effects: Vec<Effect>) -> Result<(), TestCaseError> {
        for effect in effects {
            match effect {
                Effect::MakePeer { peer, .. } => prop_assert!(self.peers.insert(peer)),
                Effect::FetchTicket { leg, .. } => {
                    prop_assert!(leg > self.newest, "leg {leg} after {}", self.newest);
                    prop_assert!(self.legs.insert(leg));
                }
                Effect::DropPeer { peer } => prop_assert!(self.peers.remove(&peer), "peer {peer}"),
                Effect::DropLeg { leg } => prop_assert!(self.legs.remove(&leg), "leg {leg}"),
                Effect::Present { peer } => prop_assert!(self.peers.contains(&peer)),
                _ => {}
            }
            let numbers = self.peers.iter().chain(&self.legs);
            self.newest = numbers.copied().max().unwrap_or(0).max(self.newest);
        }
        prop_assert!(self.peers.len() <= MOST && self.legs.len() <= MOST);
        Ok(())
    }
}

proptest! {
    /// Whatever comes in whatever order: nothing is made twice or let go twice, only few connections exist at a time,
    /// what is presented exists, and hanging up lets all go.
    #[test]
    fn nothing_is_leaked(inputs in prop::collection::vec(any_input(), 0..160), random in any::<u128>()) {
        let mut machine = Machine::default();
        let (mut now, mut version, mut held) = (0, 1, Held::default());
        let entered = machine.step(0, random, Input::Enter(Box::new(private(version))));
        held.count(entered)?;
        held.count(machine.step(0, random, Input::Identity(Some(Fingerprint::from_bytes(OWN)))))?;
        for (back, input) in inputs {
            let (leg, peer) = (held.newest.saturating_sub(back), held.newest.saturating_sub(back));
            let input = match input {
                Any::Ticket(good) => Input::Ticket {
                    leg,
                    result: if good {
                        Ok(ticket())
                    } else {
                        Err(None)
                    },
                },
                Any::Described(good) => Input::Described { peer, sdp: good.then(|| sdp_of(OWN)) },
                Any::RemoteSet(good) => Input::RemoteSet {
                    peer,
                    found: good.then_some(Fingerprint::from_bytes(OTHER)),
                },
                Any::Gathered => Input::Gathered {
                    peer,
                    candidate: Candidate { text: "c".to_owned(), mid: "0".to_owned() },
                },
                Any::Opened => Input::SocketOpened { leg },
                Any::Closed => Input::SocketClosed { leg },
                Any::Joined => frame(leg, joined(random.is_multiple_of(2), private(version))),
                Any::Pair(pair, initiator) => frame(leg, CallServerFrame::Pair { pair, initiator }),
                Any::Signal(which) => frame(leg, CallServerFrame::Private { pair: u64::from(back), body: signal(which) }),
                Any::Link(link) => Input::Link {
                    peer,
                    link: [Link::Connecting, Link::Connected, Link::Disconnected, Link::Failed][usize::from(link)],
                },
                Any::Mode(mode) => {
                    version += 1;
                    Input::News(Box::new(if mode == 0 { private(version) } else { recorded(version) }))
                }
                Any::Moved(relay) => moved(leg, if relay { Route::Relay } else { Route::Private }),
                Any::Addresses => Input::Addresses,
                Any::Silence(dead) => Input::Silence { peer, dead },
                Any::Tick(passed) => { now += passed; Input::Tick }
                Any::Woken => Input::Woken,
            };
            held.count(machine.step(now, random, input))?;
        }
        held.count(machine.step(now, random, Input::HangUp))?;
        prop_assert!(held.peers.is_empty(), "connections {:?}", held.peers);
        prop_assert!(held.legs.is_empty(), "legs {:?}", held.legs);
    }
}
