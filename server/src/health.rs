//! What this process knows about itself: whether it stops, when its relay last answered, and the last answer of
//! `/readyz`, so that many who ask cost one look.

use jiff::Timestamp;
use orderline_protocol::system::{CheckupView, Readiness};
use std::sync::{
    Arc, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use tokio::sync::Mutex;

/// See the module.
#[derive(Debug, Default)]
pub struct Health {
    draining: AtomicBool,
    /// Microseconds since the epoch; 0: not yet.
    relay_answered: AtomicI64,
    /// Whether the private database runs; `None`: somebody else runs it.
    database_up: Option<Arc<AtomicBool>>,
    pub(crate) last: Mutex<Option<(Timestamp, Readiness)>>,
    /// Held while everything is looked at: one look at a time.
    pub(crate) checking: Mutex<()>,
    /// What the last look found. Apart from `checking`, so that nobody waits for a look to read the one before.
    checkup: std::sync::Mutex<Option<CheckupView>>,
}

impl Health {
    /// With the private database's own word, where there is one.
    pub fn new(database_up: Option<Arc<AtomicBool>>) -> Self {
        Self {
            database_up,
            ..Self::default()
        }
    }

    /// What the last look at everything found.
    pub fn last_checkup(&self) -> Option<CheckupView> {
        let last = self.checkup.lock();
        last.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what a look found.
    pub(crate) fn keep_checkup(&self, view: CheckupView) {
        let last = self.checkup.lock();
        *last.unwrap_or_else(PoisonError::into_inner) = Some(view);
    }

    /// From now on no new calls are taken here.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether the process is about to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// The relay has answered.
    pub fn relay_answered(&self, at: Timestamp) {
        self.relay_answered
            .store(at.as_microsecond(), Ordering::Relaxed);
    }

    /// When the relay answered last.
    pub fn relay_seen(&self) -> Option<Timestamp> {
        let micros = self.relay_answered.load(Ordering::Relaxed);
        Timestamp::from_microsecond(micros)
            .ok()
            .filter(|_| micros != 0)
    }

    /// Whether the private database is being started again.
    pub fn database_restarts(&self) -> bool {
        let up = self.database_up.as_ref();
        up.is_some_and(|up| !up.load(Ordering::Relaxed))
    }
}
