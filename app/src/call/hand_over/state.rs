//! Calls that are handed over: what this person asks, or is asked.

use crate::api;
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::ids::{CallId, UserId};
use orderline_protocol::hand_over::{HandOverState, HandOverView, OpenHandOvers};

/// The hand-over that is news. Cheap to copy.
#[derive(Clone, Copy)]
pub struct HandOvers {
    last: RwSignal<Option<HandOverView>>,
}

impl Default for HandOvers {
    fn default() -> Self {
        Self::new()
    }
}

impl HandOvers {
    /// None yet.
    pub fn new() -> Self {
        Self {
            last: RwSignal::new(None),
        }
    }

    /// Asks the server what is open: news may have been missed.
    pub fn fetch(self) {
        spawn_local(async move {
            let Ok(found) = api::get::<OpenHandOvers>("/api/hand-overs").await else {
                return;
            };
            match found.open.into_iter().next() {
                Some(open) => self.take(open),
                None if self.is_open() => self.last.set(None),
                None => {}
            }
        });
    }

    /// News of one.
    pub fn take(self, news: HandOverView) {
        let older = self.last.with_untracked(|held| {
            held.as_ref()
                .is_some_and(|held| held.call == news.call && held.version > news.version)
        });
        if !older {
            self.last.set(Some(news));
        }
    }

    /// Puts the news away.
    pub fn close(self) {
        self.last.set(None);
    }

    /// Whether somebody is being asked.
    pub fn is_open(self) -> bool {
        self.last
            .with_untracked(|held| held.as_ref().is_some_and(is_asked))
    }

    /// What this person is asked now.
    pub fn incoming(self, me: UserId) -> Memo<Option<HandOverView>> {
        Memo::new(move |_| {
            self.last.with(|held| {
                held.as_ref()
                    .filter(|it| it.to.user == me && is_asked(it))
                    .cloned()
            })
        })
    }

    /// What this person was asked, and is no longer, without having answered.
    pub fn lapsed(self, me: UserId) -> Memo<Option<HandOverView>> {
        Memo::new(move |_| {
            self.last.with(|held| {
                held.as_ref()
                    .filter(|it| it.to.user == me && !is_answered(it))
                    .filter(|it| !is_asked(it))
                    .cloned()
            })
        })
    }

    /// What this person asks in this call, or what came of it.
    pub fn outgoing(self, me: UserId, call: CallId) -> Option<HandOverView> {
        self.last.with(|held| {
            held.as_ref()
                .filter(|it| it.from.user == me && it.call == call)
                .cloned()
        })
    }
}

const fn is_asked(it: &HandOverView) -> bool {
    matches!(it.state, HandOverState::Asked)
}

const fn is_answered(it: &HandOverView) -> bool {
    matches!(
        it.state,
        HandOverState::Accepted | HandOverState::Declined { .. }
    )
}
