//! Handles by key, spread over locks: short critical sections, none of them held across an await.

use super::Handle;
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

const SHARDS: usize = 32;

/// Handles by key, spread over locks.
pub(super) struct Shards<K> {
    hasher: RandomState,
    shards: Vec<Shard<K>>,
}

type Shard<K> = Mutex<HashMap<K, Vec<Arc<Handle>>>>;

impl<K: Hash + Eq + Copy> Shards<K> {
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    fn shard(&self, key: K) -> std::sync::MutexGuard<'_, HashMap<K, Vec<Arc<Handle>>>> {
        let hash = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0);
        // A panic inside one of these short sections leaves the map as it was.
        self.shards[hash]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, key: K, handle: Arc<Handle>) {
        self.shard(key).entry(key).or_default().push(handle);
    }

    pub(super) fn remove(&self, key: K, id: u64) {
        let mut shard = self.shard(key);
        if let Some(list) = shard.get_mut(&key) {
            list.retain(|handle| handle.id != id);
            if list.is_empty() {
                shard.remove(&key);
            }
        }
    }

    pub(super) fn each(&self, visit: impl Fn(&Handle)) {
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.values().flatten().for_each(|handle| visit(handle));
        }
    }

    pub(super) fn with<R>(&self, key: K, read: impl FnOnce(&[Arc<Handle>]) -> R) -> R {
        read(self.shard(key).get(&key).map_or(&[], Vec::as_slice))
    }
}
