//! Who tried to sign in and failed, and the password hashes that are computed now.

use crate::failure::Failure;
use argon2::{Argon2, PasswordVerifier as _, password_hash::phc::PasswordHash};
use jiff::Timestamp;
use orderline_protocol::problem::{Code, Problem};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// Password hashes computed at the same time; each takes tens of milliseconds and 19 MiB.
const CONCURRENT_HASHES: usize = 2;
/// Failures of one (address, e-mail) before it must wait.
const FREE_FAILURES: u32 = 5;
/// Failures are forgotten after this.
const WINDOW_SECONDS: i64 = 15 * 60;
/// (address, e-mail) pairs that are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// What sign-in keeps between requests.
#[derive(Debug)]
pub struct SignInDesk {
    hashes: Semaphore,
    failures: Mutex<HashMap<(IpAddr, String), Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Default for SignInDesk {
    fn default() -> Self {
        Self {
            hashes: Semaphore::new(CONCURRENT_HASHES),
            failures: Mutex::default(),
        }
    }
}

impl SignInDesk {
    /// Whether another attempt may be made now.
    pub fn check(&self, key: &(IpAddr, String), now: Timestamp) -> Result<(), Problem> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = failures.get(key) else {
            return Ok(());
        };
        let waited = now.duration_since(known.last).as_secs();
        if known.count < FREE_FAILURES || waited >= WINDOW_SECONDS {
            return Ok(());
        }
        // Doubles from two seconds to the whole window.
        let wait = (1_i64 << (known.count - FREE_FAILURES + 1).min(10)).min(WINDOW_SECONDS);
        if waited >= wait {
            return Ok(());
        }
        let left = u64::try_from(wait - waited).unwrap_or(1) * 1000;
        Err(Problem {
            retry_after_ms: Some(left),
            ..Code::TooMany.into()
        })
    }

    /// An attempt failed.
    pub fn note(&self, key: (IpAddr, String), now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_REMEMBERED {
            failures.retain(|_, it| now.duration_since(it.last).as_secs() < WINDOW_SECONDS);
            if failures.len() >= MAX_REMEMBERED {
                failures.clear();
            }
        }
        let entry = failures.entry(key).or_insert(Failures {
            count: 0,
            last: now,
        });
        if now.duration_since(entry.last).as_secs() >= WINDOW_SECONDS {
            entry.count = 0;
        }
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
    }

    /// An attempt succeeded: those before count no more.
    pub fn forget(&self, key: &(IpAddr, String)) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(key);
    }

    /// Whether the password has this hash. Only so many are computed at a time.
    pub async fn verify(&self, password: String, hash: String) -> Result<bool, Failure> {
        let _permit = self
            .hashes
            .acquire()
            .await
            .map_err(|error| Failure::Internal(error.to_string()))?;
        tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            })
        })
        .await
        .map_err(|error| Failure::Internal(error.to_string()))
    }
}
