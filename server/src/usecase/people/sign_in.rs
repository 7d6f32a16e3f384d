//! Signing in with e-mail and password, and in demo mode without one.

use super::session;
use crate::{
    app::App,
    store::{
        Tx,
        people::{
            sessions::{self, Limits, NewSession},
            users::{self, Credentials},
        },
    },
    usecase::{Actor, Failure, again},
};
use argon2::{
    Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash,
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::ids::{SessionId, ThreadId, VendorId};
use orderline_protocol::{
    problem::{Code, Problem},
    view::Person,
};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, OnceLock, PoisonError},
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
/// How long a session lasts that a link opened.
const LIMITED_LIVES: SignedDuration = SignedDuration::from_hours(12);
/// Longest password that is looked at, in bytes.
const MAX_PASSWORD: usize = 1024;

/// What sign-in keeps between requests.
#[derive(Debug)]
pub struct Desk {
    hashes: Semaphore,
    failures: Mutex<HashMap<(IpAddr, String), Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            hashes: Semaphore::new(CONCURRENT_HASHES),
            failures: Mutex::default(),
        }
    }
}

/// A new session: the token goes into the cookie and nowhere else.
pub struct Begun {
    pub actor: Actor,
    pub token: String,
}

/// Checks e-mail and password and begins a session.
pub async fn sign_in(
    app: &App,
    from: IpAddr,
    email: &str,
    password: &str,
) -> Result<Begun, Failure> {
    let email = email.trim().to_lowercase();
    if email.is_empty() || email.len() > 254 || password.is_empty() || password.len() > MAX_PASSWORD
    {
        return Err(Code::WrongCredentials.into());
    }
    let key = (from, email);
    app.sign_in.check(&key, app.clock.now())?;
    let known = again(|| known(app, &key.1)).await?;
    // An unknown address costs the same time as a wrong password.
    let hash = known
        .as_ref()
        .map_or_else(|| dummy(app), |it| it.password_hash.clone());
    let right = app.sign_in.verify(password.to_owned(), hash).await?;
    match known {
        Some(known) if right => {
            app.sign_in.forget(&key);
            again(|| begin(app, &known)).await
        }
        _ => {
            app.sign_in.note(key, app.clock.now());
            Err(Code::WrongCredentials.into())
        }
    }
}

/// Begins a session without a password: for the demo's people only, on loopback only.
pub async fn enter(app: &App, email: &str) -> Result<Begun, Failure> {
    let known = again(|| known(app, email)).await?.ok_or(Code::NotFound)?;
    again(|| begin(app, &known)).await
}

async fn known(app: &App, email: &str) -> Result<Option<Credentials>, Failure> {
    let mut tx = app.store.begin_unscoped().await?;
    let known = users::credentials(&mut tx, email).await?;
    tx.roll_back().await?;
    Ok(known)
}

/// Tried again, it begins another session; one that nobody heard of ends by itself.
async fn begin(app: &App, known: &Credentials) -> Result<Begun, Failure> {
    let now = app.clock.now();
    let token = hex::encode(app.entropy.bytes32());
    let token_hash = session::token_hash(&token)
        .ok_or_else(|| Failure::Internal("a new token has no hash".into()))?;
    let session = SessionId::from_uuid(app.entropy.uuid(now));
    let mut tx = app.store.begin(known.vendor).await?;
    let new = NewSession {
        session,
        vendor: known.vendor,
        user: known.user,
        token_hash,
        at: now,
        limits: None,
    };
    sessions::begin(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Begun {
        token,
        actor: Actor {
            user: known.user,
            vendor: known.vendor,
            role: known.role,
            name: known.name.clone(),
            session,
            only_thread: None,
        },
    })
}

/// Begins a session that sees one thread alone, for a person who has shown by a code who they are.
pub(in crate::usecase) async fn limited_session(
    app: &App,
    tx: &mut Tx,
    vendor: VendorId,
    person: &Person,
    thread: ThreadId,
) -> Result<Begun, Failure> {
    let now = app.clock.now();
    let token = hex::encode(app.entropy.bytes32());
    let token_hash = session::token_hash(&token)
        .ok_or_else(|| Failure::Internal("a new token has no hash".into()))?;
    let session = SessionId::from_uuid(app.entropy.uuid(now));
    let limits = Limits {
        only_thread: thread,
        ends_at: now.saturating_add(LIMITED_LIVES).unwrap_or(Timestamp::MAX),
    };
    let new = NewSession {
        session,
        vendor,
        user: person.user,
        token_hash,
        at: now,
        limits: Some(limits),
    };
    sessions::begin(tx, &new).await?;
    Ok(Begun {
        token,
        actor: Actor {
            user: person.user,
            vendor,
            role: person.role,
            name: person.name.clone(),
            session,
            only_thread: Some(thread),
        },
    })
}

/// Hashes a password as it is stored (argon2id, PHC string). Takes tens of milliseconds.
pub fn hash_password(password: &str) -> Result<String, Failure> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Failure::Internal(format!("password hash: {error}")))
}

/// A hash that no password opens in practice: its password is thrown away.
fn dummy(app: &App) -> String {
    static DUMMY: OnceLock<String> = OnceLock::new();
    DUMMY
        .get_or_init(|| hash_password(&hex::encode(app.entropy.bytes32())).unwrap_or_default())
        .clone()
}

impl Desk {
    pub(in crate::usecase) fn check(
        &self,
        key: &(IpAddr, String),
        now: Timestamp,
    ) -> Result<(), Failure> {
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
        }
        .into())
    }

    pub(in crate::usecase) fn note(&self, key: (IpAddr, String), now: Timestamp) {
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

    fn forget(&self, key: &(IpAddr, String)) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(key);
    }

    async fn verify(&self, password: String, hash: String) -> Result<bool, Failure> {
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
