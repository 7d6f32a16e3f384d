//! The node's connections, and how a datagram finds its own.

use crate::engine::Engine;
use foldhash::HashMap;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, LegId},
};
use std::{collections::VecDeque, net::SocketAddr};

/// Addresses that one leg may be reached at, as it moves between networks; the oldest is forgotten.
const MAX_ADDRESSES: usize = 4;

pub(super) struct Peer {
    pub call: CallId,
    pub seat: Seat,
    pub engine: Engine,
    /// The engine's own ICE user name.
    pub ufrag: String,
    pub addresses: VecDeque<SocketAddr>,
    /// Its next timeout has to be asked for.
    pub timers_moved: bool,
}

/// Connections by leg, by ICE user name and by the addresses that proved to be theirs.
#[derive(Default)]
pub(super) struct Peers {
    // Their hashes need not withstand anybody: the keys are our own, and addresses that proved themselves, few a leg.
    legs: HashMap<LegId, Peer>,
    ufrags: HashMap<String, LegId>,
    addresses: HashMap<SocketAddr, LegId>,
}

impl Peers {
    pub(crate) fn len(&self) -> usize {
        self.legs.len()
    }

    pub(crate) fn get_mut(&mut self, leg: LegId) -> Option<&mut Peer> {
        self.legs.get_mut(&leg)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Peer> {
        self.legs.values()
    }

    pub(crate) fn by_ufrag(&self, ufrag: &str) -> Option<LegId> {
        self.ufrags.get(ufrag).copied()
    }

    pub(crate) fn by_address(&self, address: SocketAddr) -> Option<LegId> {
        self.addresses.get(&address).copied()
    }

    pub(crate) fn insert(&mut self, leg: LegId, peer: Peer) {
        self.remove(leg);
        self.ufrags.insert(peer.ufrag.clone(), leg);
        self.legs.insert(leg, peer);
    }

    /// Notes that datagrams from the address are the leg's.
    pub(crate) fn bind_address(&mut self, leg: LegId, address: SocketAddr) {
        if self.addresses.get(&address) == Some(&leg) {
            return;
        }
        let Some(peer) = self.legs.get_mut(&leg) else {
            return;
        };
        peer.addresses.push_back(address);
        let forgotten = if peer.addresses.len() > MAX_ADDRESSES {
            peer.addresses.pop_front()
        } else {
            None
        };
        if let Some(forgotten) = forgotten
            && self.addresses.get(&forgotten) == Some(&leg)
        {
            self.addresses.remove(&forgotten);
        }
        self.addresses.insert(address, leg);
    }

    pub(crate) fn remove(&mut self, leg: LegId) -> Option<Peer> {
        let peer = self.legs.remove(&leg)?;
        self.ufrags.remove(&peer.ufrag);
        self.addresses.retain(|_, owner| *owner != leg);
        Some(peer)
    }
}
