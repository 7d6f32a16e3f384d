//! Where a socket stands in each of its threads.

use super::session::{Effect, frame};
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
pub enum Arrival {
    Send,
    Drop,
    /// Something before it is missing: load.
    Load,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Threads {
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

impl Threads {
    /// The client wants what comes after a cursor. `false`: it follows too many threads.
    pub fn follow(&mut self, cursor: Cursor) -> bool {
        if self.known.len() >= MAX_THREADS && !self.known.contains_key(&cursor.thread) {
            return false;
        }
        let seq = cursor.seq.max(0);
        let standing = self.known.entry(cursor.thread).or_insert(Standing {
            state: State::Reset,
            sent: seq,
            high: seq,
            again: false,
            people: None,
            followed: false,
        });
        standing.sent = seq;
        standing.high = standing.high.max(seq);
        standing.state = State::Loading;
        self.want(cursor.thread);
        true
    }

    /// An event arrived from the hub.
    pub fn arrived(&mut self, thread: ThreadId, seq: i64) -> Arrival {
        let room = self.known.len() < MAX_THREADS;
        let Some(standing) = self.known.get_mut(&thread) else {
            // A thread that the client has not named: it is a participant's, and begins here.
            if room {
                let standing = Standing {
                    state: State::Live,
                    sent: seq,
                    high: seq,
                    again: false,
                    people: None,
                    followed: false,
                };
                self.known.insert(thread, standing);
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

    /// Something may have been written, in this thread or (`None`) in any: what is followed is loaded.
    pub fn nudged(&mut self, only: Option<ThreadId>) {
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
                State::Reset | State::Refused => {}
            }
        }
    }

    /// The cursors to load from, taken out.
    pub fn take_wanted(&mut self) -> Vec<Cursor> {
        let wanted = std::mem::take(&mut self.wanted);
        wanted
            .into_iter()
            .filter_map(|thread| {
                let seq = self.known.get(&thread)?.sent;
                Some(Cursor { thread, seq })
            })
            .collect()
    }

    /// What one thread missed was loaded.
    pub fn loaded(&mut self, missed: Missed, effects: &mut Vec<Effect>) {
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
        if missed.people.is_none() && !standing.followed {
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
        if standing.people.is_none()
            && let Some(people) = missed.people
        {
            standing.people = Some(Arc::clone(&people));
            effects.push(Effect::Present(thread, people));
        }
    }

    /// The threads in which this person was seen, with their people.
    pub fn present(&self) -> impl Iterator<Item = (ThreadId, &Arc<[UserId]>)> {
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
