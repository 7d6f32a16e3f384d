//! Who tried to sign in and failed, and the password hashes that are computed now.

use super::{Clock, attempts::Attempts, hashes::Hashes};
use crate::failure::Failure;
use argon2::{
    Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash,
};
use orderline_domain::{
    ids::UserId,
    network::network,
    people::{attempts, password::Password},
};
use orderline_protocol::problem::{Code, Problem};
use std::{
    collections::HashSet,
    io,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Networks that are remembered from which people signed in.
const MAX_KNOWN: usize = 20_000;

/// What sign-in keeps between requests.
#[derive(Debug)]
pub struct SignInDesk {
    hashes: Hashes,
    of_both: Attempts<(IpAddr, String)>,
    of_account: Attempts<String>,
    of_network: Attempts<IpAddr>,
    /// Tokens of links that were none.
    links: Attempts<IpAddr>,
    /// Links to accounts that were asked for.
    asked: Attempts<IpAddr>,
    /// Challenges for passkeys that were asked for.
    passkeys: Attempts<IpAddr>,
    /// Questions that people without an account asked.
    questions: Attempts<IpAddr>,
    /// From where people signed in: they do not wait for what others tried.
    known: Mutex<HashSet<(IpAddr, String)>>,
    /// Codes of second factors, by the person and where from, and by the person alone.
    codes_of_both: Attempts<(IpAddr, UserId)>,
    codes_of_person: Attempts<UserId>,
}

/// An account that is tried from a network.
#[derive(Clone, Debug)]
pub struct Door((IpAddr, String));

impl Door {
    /// `email` as it is compared.
    pub fn new(from: IpAddr, email: String) -> Self {
        Self((network(from), email))
    }

    /// From where, to its network.
    pub const fn from(&self) -> IpAddr {
        self.0.0
    }

    /// The account's address.
    pub fn email(&self) -> &str {
        &self.0.1
    }
}

impl SignInDesk {
    /// Nobody has tried anything yet.
    ///
    /// # Errors
    /// When the system has no thread to give for the hashes.
    pub fn new(clock: &Clock) -> io::Result<Self> {
        Ok(Self {
            hashes: Hashes::new()?,
            of_both: Attempts::new(attempts::PASSWORDS_OF_BOTH, clock.clone()),
            of_account: Attempts::new(attempts::PASSWORDS_OF_ACCOUNT, clock.clone()),
            of_network: Attempts::new(attempts::PASSWORDS_OF_NETWORK, clock.clone()),
            links: Attempts::new(attempts::LINKS_OF_NETWORK, clock.clone()),
            passkeys: Attempts::new(attempts::PASSKEYS_OF_NETWORK, clock.clone()),
            asked: Attempts::new(attempts::ACCOUNT_LINKS_OF_NETWORK, clock.clone()),
            questions: Attempts::new(attempts::QUESTIONS_OF_NETWORK, clock.clone()),
            known: Mutex::default(),
            codes_of_both: Attempts::new(attempts::SECOND_FACTORS_OF_BOTH, clock.clone()),
            codes_of_person: Attempts::new(attempts::SECOND_FACTORS_OF_PERSON, clock.clone()),
        })
    }

    /// Whether another password may be tried now.
    pub fn check(&self, door: &Door) -> Result<(), Problem> {
        let (network, email) = &door.0;
        let strange = || {
            self.of_account
                .wait(email)
                .max(self.of_network.wait(network))
        };
        let wait = self
            .of_both
            .wait(&door.0)
            .or_else(|| if self.knows(door) { None } else { strange() });
        wait.map_or(Ok(()), |wait| Err(later(wait)))
    }

    /// A password was wrong.
    pub fn wrong(&self, door: &Door) {
        self.of_both.wrong(&door.0);
        if !self.knows(door) {
            self.of_account.wrong(&door.0.1);
            self.of_network.wrong(&door.0.0);
        }
    }

    /// A password was right.
    pub fn right(&self, door: Door) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(door.0);
    }

    /// A link was none: what whoever tried it is told.
    pub fn no_link(&self, from: IpAddr) -> Problem {
        self.links
            .wrong(&network(from))
            .map_or_else(|| Code::BadTicket.into(), later)
    }

    /// Somebody asks for a link to an account; whose they ask for is nobody's business yet.
    pub fn ask_link(&self, from: IpAddr) -> Result<(), Problem> {
        once_more(&self.asked, from)
    }

    /// Somebody asks for a challenge for their passkey.
    pub fn ask_passkey(&self, from: IpAddr) -> Result<(), Problem> {
        once_more(&self.passkeys, from)
    }

    /// A code of this person's second factor is tried. It counts before it is looked at, right or wrong: of several at
    /// once none is free.
    pub fn try_code(&self, from: IpAddr, user: UserId) -> Result<(), Problem> {
        let both = (network(from), user);
        let wait = self.codes_of_both.wait(&both);
        if let Some(wait) = wait.or_else(|| self.codes_of_person.wait(&user)) {
            return Err(later(wait));
        }
        self.codes_of_both.wrong(&both);
        self.codes_of_person.wrong(&user);
        Ok(())
    }

    /// Somebody without an account asks a vendor.
    pub fn ask_question(&self, from: IpAddr) -> Result<(), Problem> {
        once_more(&self.questions, from)
    }

    fn knows(&self, door: &Door) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&door.0)
    }

    /// Whether the password has this hash. One is computed at a time.
    pub async fn verify(&self, password: Password, hash: String) -> Result<bool, Failure> {
        self.hashes
            .computed(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.reveal().as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await
    }

    /// The password's hash, as it is stored. One is computed at a time.
    pub async fn hash(&self, password: Password) -> Result<String, Failure> {
        self.hashes.computed(move || hashed(&password)).await?
    }
}

/// Hashes a password (argon2id with the crate's cost, as a PHC string). Takes tens of milliseconds.
pub fn hashed(password: &Password) -> Result<String, Failure> {
    Argon2::default()
        .hash_password(password.reveal().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Failure::Internal(format!("password hash: {error}")))
}

/// One more of what a network may ask for so often.
fn once_more(asked: &Attempts<IpAddr>, from: IpAddr) -> Result<(), Problem> {
    let network = network(from);
    if let Some(wait) = asked.wait(&network) {
        return Err(later(wait));
    }
    asked.wrong(&network);
    Ok(())
}

/// Whoever tried too often comes back later.
fn later(wait: Duration) -> Problem {
    let left = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
    Problem {
        retry_after_ms: Some(left),
        ..Code::TooMany.into()
    }
}
