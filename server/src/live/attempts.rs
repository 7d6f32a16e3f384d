//! Counts wrong attempts, by whom or at what. What is borne is a rule of `domain::people::attempts`.

use super::Clock;
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::StateInformationMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};
use orderline_domain::people::attempts::Patience;
use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Keys that are remembered; beyond, those that need not wait are forgotten, and then the others.
const MAX_KEYS: usize = 20_000;

/// The server's clock, as the limiter reads it.
#[derive(Clone, Debug)]
pub struct ByClock(Clock);

impl governor::clock::Clock for ByClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let micros = u64::try_from(self.0.now().as_microsecond()).unwrap_or(0);
        Nanos::from(micros.saturating_mul(1_000))
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, ByClock, StateInformationMiddleware>;

/// Wrong attempts by key.
pub struct Attempts<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    clock: ByClock,
    pause: Duration,
    /// Until when these keys wait.
    waiting: Mutex<HashMap<K, Nanos>>,
}

impl<K: Hash + Eq + Clone> fmt::Debug for Attempts<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Clone> Attempts<K> {
    /// Nothing was tried yet.
    pub fn new(patience: Patience, clock: Clock) -> Self {
        let clock = ByClock(clock);
        let pause = patience.pause.unsigned_abs().max(Duration::from_millis(1));
        let burst = NonZeroU32::new(patience.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(pause)
            .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
            .allow_burst(burst);
        Self {
            limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()),
            clock,
            pause,
            waiting: Mutex::default(),
        }
    }

    /// How long this key has to wait, if it has to.
    pub fn wait(&self, key: &K) -> Option<Duration> {
        let now = self.clock.now();
        let until = *self.waiting().get(key)?;
        (until > now).then(|| Duration::from(until.saturating_sub(now)))
    }

    /// A wrong attempt. Answers how long the key has to wait now, if it has to.
    pub fn wrong(&self, key: &K) -> Option<Duration> {
        self.make_room();
        let now = self.clock.now();
        let until = match self.limiter.check_key(key) {
            Ok(left) if left.remaining_burst_capacity() > 0 => return None,
            Ok(_) => now + Nanos::from(self.pause),
            Err(until) => until.earliest_possible(),
        };
        self.waiting().insert(key.clone(), until);
        (until > now).then(|| Duration::from(until.saturating_sub(now)))
    }

    fn make_room(&self) {
        if self.limiter.len() >= MAX_KEYS {
            self.limiter.retain_recent();
        }
        let now = self.clock.now();
        let mut waiting = self.waiting();
        if waiting.len() >= MAX_KEYS {
            waiting.retain(|_, until| *until > now);
        }
        if waiting.len() >= MAX_KEYS {
            waiting.clear();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<K, Nanos>> {
        // A panic inside one of these short sections leaves the map as it was.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
