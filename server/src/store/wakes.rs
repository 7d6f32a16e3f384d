//! Word from the other nodes that share the database.

use super::{Store, StoreError};
use orderline_domain::ids::{NodeId, SessionId, ThreadId, VendorId};
use sqlx::postgres::PgListener;

const EVENTS: &str = "orderline_events";
const VENDORS: &str = "orderline_vendors";
const SIGNALS: &str = "orderline_signals";
const SESSIONS: &str = "orderline_sessions";
/// Largest signal that Postgres carries, in bytes. A draft that is larger reaches other nodes when it is saved.
pub const MAX_SIGNAL: usize = 7_900;

/// What another node says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It wrote into a thread, or changed its state.
    Wrote { vendor: VendorId, thread: ThreadId },
    /// It changed what concerns each of a vendor's threads.
    Set { vendor: VendorId },
    /// This session ended there, or became another one.
    Session(SessionId),
    /// It signals; see [`tell`].
    Signalled(String),
    /// The connection was lost: anything may have been missed.
    Missed,
}

/// A connection that listens.
pub struct Listener {
    inner: PgListener,
    node: NodeId,
}

impl Store {
    /// Listens to the other nodes; what this node says itself is left out.
    pub async fn listen(&self, node: NodeId) -> Result<Listener, StoreError> {
        let mut inner = PgListener::connect_with(&self.jobs).await?;
        inner
            .listen_all([EVENTS, VENDORS, SIGNALS, SESSIONS])
            .await?;
        Ok(Listener { inner, node })
    }
}

impl Listener {
    /// The next word; waits for it.
    pub async fn next(&mut self) -> Result<Word, StoreError> {
        loop {
            let Some(note) = self.inner.try_recv().await? else {
                return Ok(Word::Missed);
            };
            let Some((from, rest)) = note.payload().split_once(' ') else {
                continue;
            };
            if from.parse() == Ok(self.node) {
                continue;
            }
            if note.channel() == SIGNALS {
                return Ok(Word::Signalled(rest.to_owned()));
            }
            if note.channel() == SESSIONS {
                if let Ok(session) = rest.parse() {
                    return Ok(Word::Session(session));
                }
                continue;
            }
            if note.channel() == VENDORS {
                if let Ok(vendor) = rest.parse() {
                    return Ok(Word::Set { vendor });
                }
                continue;
            }
            if let Some((vendor, thread)) = rest.split_once(' ')
                && let (Ok(vendor), Ok(thread)) = (vendor.parse(), thread.parse())
            {
                return Ok(Word::Wrote { vendor, thread });
            }
        }
    }
}

/// Signals to the other nodes, several at once.
pub async fn tell(store: &Store, node: NodeId, signals: &[String]) -> Result<(), StoreError> {
    sqlx::query!(
        "SELECT count(pg_notify($1, $2 || ' ' || signal)) FROM unnest($3::text[]) AS signals (signal)",
        SIGNALS,
        node.to_string(),
        signals
    )
    .fetch_one(&store.jobs)
    .await?;
    Ok(())
}
