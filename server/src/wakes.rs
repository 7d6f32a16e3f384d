//! A word to a job of this node that there is work, so that it need not look all the time. May be lost: each job also
//! looks by itself.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Notify;

/// The jobs that wait, by name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Wakes(Arc<Mutex<BTreeMap<String, Arc<Notify>>>>);

impl Wakes {
    /// What a job of this name waits for.
    pub fn of(&self, name: &str) -> Arc<Notify> {
        let mut wakes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(wakes.entry(name.to_owned()).or_default())
    }

    /// There is work for the job of this name.
    pub fn wake(&self, name: &str) {
        let wakes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = wakes.get(name) {
            waiting.notify_one();
        }
    }
}
