//! The connection that carries the call now.

use super::Inner;
use crate::call::engine::{
    peer::Peer,
    quality::{Counters, Plan},
};
use leptos::prelude::*;
use orderline_protocol::call::CallClientFrame;

impl Inner {
    /// How loud the others are in each lane, 0 to 1.
    pub(super) fn heard_levels(&self) -> [f32; 2] {
        self.with_heard(|_, peer| peer.heard_levels())
            .flatten()
            .unwrap_or_default()
    }

    /// Counts the connection; with its number.
    pub(super) fn counting(
        &self,
        now: u64,
    ) -> Option<(u32, impl Future<Output = Option<Counters>> + use<>)> {
        self.with_heard(|number, peer| (number, peer.count(now)))
    }

    /// Every connection sends by this plan.
    pub(super) fn apply_plan(&self, plan: &Plan) {
        for peer in self.peers.borrow().values() {
            peer.apply(plan);
        }
    }

    /// Sets the jitter buffer's target of every connection's video.
    pub(super) fn set_jitter_buffer_target(&self, ms: u32) {
        for peer in self.peers.borrow().values() {
            peer.set_jitter_buffer_target(ms);
        }
    }

    /// Tells the server over the newest socket: of two that change over, the one that will stay.
    pub(super) fn tell_server(&self, frame: &CallClientFrame) {
        if let Some(socket) = self.sockets.borrow().values().next_back() {
            socket.send(frame);
        }
    }

    fn with_heard<T>(&self, then: impl FnOnce(u32, &Peer) -> T) -> Option<T> {
        let number = self.audible.get_untracked()?;
        let peers = self.peers.borrow();
        Some(then(number, peers.get(&number)?))
    }
}
