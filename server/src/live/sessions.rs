//! The sessions that sockets of this node live by. A session that ends (signed out, taken back, run out, its person
//! disabled) takes its sockets and media with it: at once where its end is heard of, and soon where not, since every
//! session that is held is looked up again and again.

use orderline_domain::ids::{SessionId, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Sockets that one session holds on a node: tabs, and their calls.
pub const MAX_OF_SESSION: usize = 128;
/// Sockets that one person holds on a node, over all sessions.
pub const MAX_OF_PERSON: usize = 256;

/// What became of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It may do other things than before: whoever lives by it comes back and is asked anew.
    Renewed,
    Over,
}

/// The sessions of this node's sockets. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    sessions: HashMap<SessionId, Session>,
    people: HashMap<UserId, usize>,
}

#[derive(Debug, Default)]
struct Session {
    standing: watch::Sender<Standing>,
    sockets: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    over: bool,
    renewals: u64,
}

/// A socket's hold on its session; lets go when dropped.
#[derive(Debug)]
pub struct Hold {
    all: Sessions,
    session: SessionId,
    user: UserId,
    standing: watch::Receiver<Standing>,
    /// The renewals that this socket knows.
    renewals: u64,
}

impl Sessions {
    /// A socket begins to live by this session. `None`: the session, or its person, has as many as one may have.
    pub fn hold(&self, session: SessionId, user: UserId) -> Option<Hold> {
        let mut held = self.held();
        let Held { sessions, people } = &mut *held;
        let of_session = sessions.get(&session).map_or(0, |it| it.sockets);
        let of_person = people.get(&user).copied().unwrap_or(0);
        if of_session >= MAX_OF_SESSION || of_person >= MAX_OF_PERSON {
            return None;
        }
        let it = sessions.entry(session).or_default();
        it.sockets += 1;
        *people.entry(user).or_default() += 1;
        let standing = it.standing.subscribe();
        let renewals = standing.borrow().renewals;
        Some(Hold {
            all: self.clone(),
            session,
            user,
            standing,
            renewals,
        })
    }

    /// The session is over.
    pub fn end(&self, session: SessionId) {
        self.tell(session, |standing| standing.over = true);
    }

    /// The session may do other things than before.
    pub fn renew(&self, session: SessionId) {
        self.tell(session, |standing| standing.renewals += 1);
    }

    /// The sessions that are lived by.
    pub fn all(&self) -> Vec<SessionId> {
        self.held().sessions.keys().copied().collect()
    }

    /// Whether any socket lives by this session.
    pub fn has(&self, session: SessionId) -> bool {
        self.held().sessions.contains_key(&session)
    }

    fn tell(&self, session: SessionId, change: impl FnOnce(&mut Standing)) {
        if let Some(it) = self.held().sessions.get(&session) {
            it.standing.send_modify(change);
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // A panic inside one of these short sections leaves the counts as they were.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    /// Waits until the session is another one, or over.
    pub async fn changed(&mut self) -> Change {
        loop {
            let Standing { over, renewals } = *self.standing.borrow_and_update();
            if over {
                return Change::Over;
            }
            if renewals != self.renewals {
                self.renewals = renewals;
                return Change::Renewed;
            }
            // Its sender stands as long as anybody holds the session.
            if self.standing.changed().await.is_err() {
                return Change::Over;
            }
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.all.held();
        if let Some(it) = held.sessions.get_mut(&self.session) {
            it.sockets = it.sockets.saturating_sub(1);
            if it.sockets == 0 {
                held.sessions.remove(&self.session);
            }
        }
        if let Some(count) = held.people.get_mut(&self.user) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held.people.remove(&self.user);
            }
        }
    }
}
