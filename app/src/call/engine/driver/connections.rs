//! The part of the driver that holds connections: makes, describes, presents and drops them.

use super::Inner;
use crate::call::engine::{
    devices::Track,
    machine::{Input, Kind},
    peer::{Peer, Told, identity},
    private::Candidate,
};
use leptos::{prelude::*, task::spawn_local};
use std::{rc::Rc, time::Duration};

/// How often the driver looks whether the connection that is to be heard sounds already.
const LOOK: Duration = Duration::from_millis(20);
/// Looks after which it is taken anyway.
const MOST_LOOKS: u32 = 40;
const TRACKS: [Track; 3] = [Track::Microphone, Track::Camera, Track::Screen];

impl Inner {
    pub(super) fn make_identity(self: &Rc<Self>) {
        let inner = Rc::clone(self);
        spawn_local(async move {
            let made = identity().await.ok();
            let fingerprint = made.as_ref().map(|(_, fingerprint)| *fingerprint);
            // A second one of the same call would change the code that both sides have read.
            if inner.certificate.borrow().is_none()
                && let Some((certificate, _)) = made
            {
                *inner.certificate.borrow_mut() = Some(certificate);
                inner.step(Input::Identity(fingerprint));
            } else if fingerprint.is_none() {
                inner.step(Input::Identity(None));
            }
        });
    }

    pub(super) fn make_peer(self: &Rc<Self>, peer: u32, kind: &Kind) {
        let weak = Rc::downgrade(self);
        let tell = move |told| {
            if let Some(inner) = weak.upgrade() {
                inner.step(match told {
                    Told::Link(link) => Input::Link { peer, link },
                    Told::Candidate(candidate) => Input::Gathered { peer, candidate },
                });
            }
        };
        let made = Peer::new(
            kind,
            self.certificate.borrow().as_ref(),
            super::memory::hides_address(),
            Rc::new(tell),
        );
        let Ok(made) = made else {
            // Stepped later: the machine is still being stepped for this very connection's beginning.
            return self.later(Input::Described { peer, sdp: None });
        };
        self.fill(&made);
        self.peers.borrow_mut().insert(peer, made);
        self.attach();
    }

    /// Puts what is held now into a connection.
    fn fill(&self, peer: &Peer) {
        for which in TRACKS {
            peer.replace(which, self.devices.borrow().track(which));
        }
    }

    pub(super) fn describe(self: &Rc<Self>, peer: u32, offer: bool) {
        let described = self.peers.borrow().get(&peer).map(|it| it.describe(offer));
        let Some(described) = described else { return };
        let inner = Rc::clone(self);
        spawn_local(async move {
            let sdp = described.await.ok();
            inner.step(Input::Described { peer, sdp });
        });
    }

    pub(super) fn take_description(self: &Rc<Self>, peer: u32, offer: bool, sdp: &str) {
        let taken = self.peers.borrow().get(&peer).map(|it| it.take(offer, sdp));
        let Some(taken) = taken else { return };
        let inner = Rc::clone(self);
        spawn_local(async move {
            let found = taken.await.ok();
            if offer && let Some(peer) = inner.peers.borrow().get(&peer) {
                inner.fill(peer);
            }
            inner.attach();
            inner.step(Input::RemoteSet { peer, found });
        });
    }

    pub(super) fn take_candidate(&self, peer: u32, candidate: &Candidate) {
        if let Some(peer) = self.peers.borrow().get(&peer) {
            peer.try_way(candidate);
        }
    }

    pub(super) fn drop_peer(&self, peer: u32) {
        // Dropped after the map is free again: closing a connection may call back.
        let dropped = self.peers.borrow_mut().remove(&peer);
        drop(dropped);
        self.attach();
    }

    /// Every connection's sound is attached, so that the one that is to be heard next is ready.
    fn attach(&self) {
        let sounds = self
            .peers
            .borrow()
            .iter()
            .filter_map(|(peer, it)| Some((*peer, it.streams()?)))
            .flat_map(|(peer, streams)| {
                (0_u8..)
                    .zip(streams.audio)
                    .map(move |(lane, it)| ((peer, lane), it))
            })
            .collect();
        self.sounds.set(sounds);
    }

    /// This connection is to be heard and seen: as soon as sound comes out of it.
    pub(super) fn present(self: &Rc<Self>, peer: u32) {
        self.wanted.set(Some(peer));
        self.look(peer, MOST_LOOKS);
    }

    fn look(self: &Rc<Self>, peer: u32, looks: u32) {
        if self.wanted.get() != Some(peer) {
            return;
        }
        let first = self.audible.with_untracked(Option::is_none);
        let sounds = self.peers.borrow().get(&peer).is_some_and(Peer::sounds);
        if first || sounds || looks == 0 {
            return self.switch(peer);
        }
        let inner = Rc::clone(self);
        set_timeout(move || inner.look(peer, looks - 1), LOOK);
    }

    fn switch(&self, peer: u32) {
        let streams = self.peers.borrow().get(&peer).and_then(Peer::streams);
        if let Some(streams) = streams {
            self.audible.set(Some(peer));
            self.camera.set(Some(streams.camera));
            self.screen.set(Some(streams.screen));
            self.second.set(Some(streams.second));
        }
    }

    /// No connection is to be heard any more.
    pub(super) fn silence(&self) {
        self.wanted.set(None);
        self.audible.set(None);
        self.attach();
        *self.certificate.borrow_mut() = None;
    }
}
