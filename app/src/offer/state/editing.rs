//! What this page wishes of an offer: edit, show, confirm, order.

use super::{OfferState, Offers, throttle::Sending};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::{OfferId, ThreadId},
    offer::Draft,
};
use orderline_protocol::{
    order::OrderView,
    socket::{ClientSignal, Command, CommandResult},
};
use std::time::Duration;

impl Offers {
    /// Changes the draft; both sides see it at once.
    pub fn edit(self, thread: ThreadId, change: impl FnOnce(Draft) -> Draft) {
        let me = self.workspace.session.user();
        let wall = u64::try_from(self.workspace.client.now().as_millisecond()).unwrap_or(0);
        let state = self.of_thread(thread);
        state.update(|state| {
            let version = state.draft.version;
            state.draft = change(std::mem::take(&mut state.draft));
            // Grows with time, so that of two tabs of one person the later change wins in both.
            state.draft.version = wall.max(version + 1);
            if state.refused_by.is_none() {
                state.editor = Some(me);
            }
            state.problem = None;
        });
        if state.with_untracked(|state| state.refused_by.is_none()) {
            self.send_soon(thread);
        }
    }

    /// Takes the draft over from whoever edits it now.
    pub fn take_over(self, thread: ThreadId) {
        let wall = u64::try_from(self.workspace.client.now().as_millisecond()).unwrap_or(0);
        let state = self.of_thread(thread);
        state.update(|state| {
            state.refused_by = None;
            state.editor = Some(self.workspace.session.user());
            state.draft.version = wall.max(state.draft.version + 1);
        });
        self.send(thread, true);
    }

    fn send_soon(self, thread: ThreadId) {
        let sending = self.throttles.try_update_value(|throttles| {
            throttles.entry(thread).or_default().changed(Self::steady())
        });
        match sending {
            Some(Sending::Now) => self.send(thread, false),
            Some(Sending::After(wait)) => set_timeout(
                move || {
                    self.throttles.update_value(|throttles| {
                        throttles.entry(thread).or_default().due(Self::steady());
                    });
                    self.send(thread, false);
                },
                Duration::from_millis(wait),
            ),
            Some(Sending::Scheduled) | None => {}
        }
    }

    fn send(self, thread: ThreadId, take_over: bool) {
        let draft = self
            .of_thread(thread)
            .with_untracked(|state| state.draft.clone());
        self.workspace.client.signal(ClientSignal::Draft {
            thread,
            draft,
            take_over,
        });
    }

    /// After a lost connection: what was typed meanwhile is signalled again. The server drops what it has.
    pub(super) fn send_unsaved(self) {
        let me = self.workspace.session.user();
        let mine: Vec<ThreadId> = self.threads.with_value(|threads| {
            let edited = |state: &OfferState| state.editor == Some(me) && state.order.is_none();
            threads
                .iter()
                .filter(|(_, kept)| kept.state.with_untracked(edited))
                .map(|(thread, _)| *thread)
                .collect()
        });
        for thread in mine {
            self.send(thread, false);
        }
    }

    /// Freezes the draft as the next revision and shows it to the buyer for confirmation.
    pub fn show(self, thread: ThreadId) {
        let draft = self
            .of_thread(thread)
            .with_untracked(|state| state.draft.clone());
        self.wish(thread, Command::ShowOffer { thread, draft });
    }

    /// The buyer confirms exactly the revision that is shown.
    pub fn confirm(self, thread: ThreadId) {
        if let Some((offer, hash)) = self.shown(thread) {
            self.wish(thread, Command::ConfirmOffer { offer, hash });
        }
    }

    /// "Order now": makes the order from the confirmed revision.
    pub fn order(self, thread: ThreadId) {
        if let Some((offer, hash)) = self.shown(thread) {
            self.wish(thread, Command::PlaceOrder { offer, hash });
        }
    }

    /// The offer, and the hash of the revision that is shown.
    fn shown(self, thread: ThreadId) -> Option<(OfferId, String)> {
        self.of_thread(thread).with_untracked(|state| {
            let hash = state.shown.as_ref()?.hash.clone();
            Some((state.offer?, hash))
        })
    }

    /// Takes an order as the server answered it.
    pub fn take_order(self, order: &OrderView) {
        self.of_thread(order.thread)
            .update(|state| state.take_order(order));
    }

    fn wish(self, thread: ThreadId, command: Command) {
        let state = self.of_thread(thread);
        if state.with_untracked(|state| state.busy) {
            return;
        }
        state.update(|state| {
            state.busy = true;
            state.problem = None;
        });
        let reply = self.workspace.client.send_command(command);
        spawn_local(async move {
            let result = reply.await;
            state.update(|state| {
                state.busy = false;
                match result {
                    CommandResult::Offer { offer } => state.take(&offer),
                    CommandResult::Order { order } => state.take_order(&order),
                    CommandResult::Failed { problem } => state.problem = Some(problem),
                    // Not the answer to an offer's command; its news comes all the same.
                    CommandResult::Done { .. }
                    | CommandResult::Call { .. }
                    | CommandResult::Policy { .. }
                    | CommandResult::Saved { .. } => {}
                }
            });
        });
    }
}
