//! Where a socket stands in each of its threads.

use super::effects::{Effect, frame};
use crate::usecase::thread::read::{Missed, Replay};
use orderline_domain::ids::{ThreadId, UserId};
use orderline_protocol::{
    MAX_CURSORS,
    socket::{Cursor, ServerFrame},
};
use std::{collections::HashMap, sync::Arc};

/// Threads that one socket keeps account of.
const MAX_THREADS: usize = 4 * MAX_CURSORS;

/// What to do with an event that arrived from the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    Send,
    Drop,
    /// Something before it is missing: load.
    Load,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Threads {
    known: HashMap<ThreadId, Standing>,
    /// Threads whose missing events are to be loaded with the next load.
    wanted: Vec<ThreadId>,
}

#[derive(Debug)]
struct Standing {
    state: State,
    /// The last event that was sent, or that the client said it has.
    sent: i64,
    /// The last event known to exist.
    high: i64,
    /// The version of the state that was sent last, or that the client said it has.
    version: i64,
    /// Something may have been written while this is being loaded: load once more.
    again: bool,
    /// Set once the thread was found and this person takes part.
    people: Option<Arc<[UserId]>>,
    /// The hub was asked for what is told of it: this person reads it without taking part.
    followed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Sent up to `sent`; what follows goes straight through.
    Live,
    /// In `wanted`, or being loaded.
    Loading,
    /// The client was told to fetch a snapshot; it follows again from there.
    Reset,
    /// Not there or not for this person.
    Refused,
}

impl Standing {
    const fn at(cursor: Cursor, state: State) -> Self {
        Self {
            state,
            sent: cursor.seq,
            high: cursor.seq,
            version: cursor.state,
            again: false,
            people: None,
            followed: false,
        }
    }
}

impl Threads {
    /// The client wants what comes after a cursor. `false`: it follows too many threads.
    pub(super) fn follow(&mut self, cursor: Cursor) -> bool {
        if self.known.len() >= MAX_THREADS && !self.known.contains_key(&cursor.thread) {
            return false;
        }
        let seq = cursor.seq.max(0);
        let standing = self
            .known
            .entry(cursor.thread)
            .or_insert_with(|| Standing::at(cursor, State::Reset));
        standing.sent = seq;
        standing.version = cursor.state;
        standing.high = standing.high.max(seq);
        standing.state = State::Loading;
        self.want(cursor.thread);
        true
    }

    /// An event arrived from the hub.
    pub(super) fn arrived(&mut self, thread: ThreadId, seq: i64) -> Arrival {
        let room = self.known.len() < MAX_THREADS;
        let Some(standing) = self.known.get_mut(&thread) else {
            // A thread that the client has not named: it is a participant's, and begins here.
            if room {
                let cursor = Cursor {
                    thread,
                    seq,
                    state: 0,
                };
                self.known.insert(thread, Standing::at(cursor, State::Live));
            }
            return Arrival::Send;
        };
        match standing.state {
            State::Reset => Arrival::Drop,
            // The hub reaches people of the thread: this person has come to it meanwhile, or has just left it.
            State::Refused => {
                standing.state = State::Loading;
                self.want(thread);
                Arrival::Load
            }
            State::Loading => {
                standing.high = standing.high.max(seq);
                Arrival::Drop
            }
            State::Live if seq <= standing.sent => Arrival::Drop,
            State::Live if seq == standing.sent + 1 => {
                standing.sent = seq;
                standing.high = seq;
                Arrival::Send
            }
            State::Live => {
                standing.high = seq;
                standing.state = State::Loading;
                self.want(thread);
                Arrival::Load
            }
        }
    }

    /// Another node tells of a thread. `true`: the client has not named it, though it concerns this person, and is to
    /// fetch it.
    pub(super) fn is_new(&mut self, thread: ThreadId) -> bool {
        let new = !self.known.contains_key(&thread) && self.known.len() < MAX_THREADS;
        if new {
            let cursor = Cursor {
                thread,
                seq: 0,
                state: 0,
            };
            self.known
                .insert(thread, Standing::at(cursor, State::Reset));
        }
        new
    }

    /// Something may have been written, in this thread or (`None`) in any: what is followed is loaded.
    pub(super) fn nudged(&mut self, only: Option<ThreadId>) {
        for (thread, standing) in &mut self.known {
            if only.is_some_and(|it| it != *thread) {
                continue;
            }
            match standing.state {
                State::Live => {
                    standing.state = State::Loading;
                    self.wanted.push(*thread);
                }
                State::Loading => standing.again = true,
                // Of this one thread: the person may have come to it.
                State::Refused if only.is_some() => {
                    standing.state = State::Loading;
                    self.wanted.push(*thread);
                }
                State::Reset | State::Refused => {}
            }
        }
    }

    /// The cursors to load from, taken out.
    pub(super) fn take_wanted(&mut self) -> Vec<Cursor> {
        let wanted = std::mem::take(&mut self.wanted);
        wanted
            .into_iter()
            .filter_map(|thread| {
                let standing = self.known.get(&thread)?;
                Some(Cursor {
                    thread,
                    seq: standing.sent,
                    state: standing.version,
                })
            })
            .collect()
    }

    /// What one thread missed was loaded.
    pub(super) fn loaded(&mut self, missed: Missed, effects: &mut Vec<Effect>) {
        let thread = missed.thread;
        // Followed again meanwhile: that load answers.
        if self.wanted.contains(&thread) {
            return;
        }
        let Some(standing) = self.known.get_mut(&thread) else {
            return;
        };
        if matches!(missed.what, Replay::Refused) {
            standing.state = State::Refused;
            standing.people = None;
            if std::mem::take(&mut standing.followed) {
                effects.push(Effect::Unfollow(thread));
            }
            return;
        }
        // A participant is reached as a person. Whoever only reads follows from here on, and what was written
        // between this load and then is found by another.
        let reads = !matches!(missed.what, Replay::TooLong);
        if reads && missed.people.is_none() && !standing.followed {
            standing.followed = true;
            standing.again = true;
            effects.push(Effect::Follow(thread));
        }
        match missed.what {
            Replay::Refused => {}
            Replay::TooLong => {
                standing.state = State::Reset;
                effects.push(frame(ServerFrame::Reset { thread }));
            }
            Replay::Events(events) => {
                standing.state = State::Live;
                for event in events {
                    if event.seq == standing.sent + 1 {
                        standing.sent = event.seq;
                        effects.push(frame(ServerFrame::Event { thread, event }));
                    }
                }
                standing.high = standing.high.max(standing.sent);
                if standing.high > standing.sent || standing.again {
                    // More was written while this was loaded.
                    standing.again = false;
                    standing.state = State::Loading;
                    self.wanted.push(thread);
                }
            }
        }
        if let Some(state) = missed.state {
            standing.version = state.version;
            effects.push(frame(ServerFrame::State { state }));
        }
        if standing.people.is_none()
            && let Some(people) = missed.people
        {
            standing.people = Some(Arc::clone(&people));
            effects.push(Effect::Present(thread, people));
        }
    }

    /// The threads in which this person was seen, with their people.
    pub(super) fn present(&self) -> impl Iterator<Item = (ThreadId, &Arc<[UserId]>)> {
        self.known
            .iter()
            .filter_map(|(thread, it)| Some((*thread, it.people.as_ref()?)))
    }

    fn want(&mut self, thread: ThreadId) {
        if !self.wanted.contains(&thread) {
            self.wanted.push(thread);
        }
    }
}
