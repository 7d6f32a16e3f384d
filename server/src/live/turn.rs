//! How two browsers meet where networks are strict: the TURN servers, with credentials that soon expire.

use crate::config::Secret;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::ids::UserId;
use orderline_protocol::call::IceServer;
use sha1::Sha1;
use sha2::Sha256;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How long a credential begins new allocations. An allocation that stands is refreshed beyond it: TURN remembers the
/// key it was begun with. A page gets fresh ones with each new leg.
pub const CREDENTIAL_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Digits of a person's name towards TURN.
const NAME_DIGITS: usize = 16;
/// What the name is made for; the secret has another use too.
const NAME_LABEL: &[u8] = b"orderline-turn-name";

/// The TURN servers of this installation.
#[derive(Debug)]
pub struct TurnDesk {
    servers: Option<Servers>,
    only: bool,
}

#[derive(Debug)]
struct Servers {
    urls: Vec<String>,
    secret: Secret,
    /// Whether it answers, where we can know.
    up: Option<Arc<AtomicBool>>,
}

impl TurnDesk {
    /// Without TURN.
    pub const fn none(only: bool) -> Self {
        Self {
            servers: None,
            only,
        }
    }

    /// TURN at these addresses, with the secret shared with it. `up` says whether it answers, where that is known;
    /// `only` hides everybody's address.
    pub fn new(urls: Vec<String>, secret: Secret, up: Option<Arc<AtomicBool>>, only: bool) -> Self {
        let servers = Some(Servers { urls, secret, up });
        Self { servers, only }
    }

    /// Whether the operator hides everybody's address.
    pub const fn only(&self) -> bool {
        self.only
    }

    /// Whether it answers, as far as that is known; `None`: there is none.
    pub fn answers(&self) -> Option<bool> {
        let servers = self.servers.as_ref()?;
        Some(
            servers
                .up
                .as_ref()
                .is_none_or(|up| up.load(Ordering::Relaxed)),
        )
    }

    /// What this person's page is told now.
    pub fn servers(&self, user: UserId, now: Timestamp) -> Vec<IceServer> {
        let answers = |it: &&Servers| it.up.as_ref().is_none_or(|up| up.load(Ordering::Relaxed));
        self.servers
            .as_ref()
            .filter(answers)
            .and_then(|it| it.for_person(user, now))
            .into_iter()
            .collect()
    }
}

impl Servers {
    fn for_person(&self, user: UserId, now: Timestamp) -> Option<IceServer> {
        let secret = self.secret.reveal().as_bytes();
        let (username, credential) = credential(secret, user, now)?;
        Some(IceServer {
            urls: self.urls.clone(),
            username: Some(username),
            credential: Some(credential),
        })
    }
}

/// Name and password as coturn's `use-auth-secret` wants them. The name travels in the clear: it stands for a person
/// for one day (so that quotas hold for persons), and nobody else can tell whom.
fn credential(secret: &[u8], user: UserId, now: Timestamp) -> Option<(String, String)> {
    let day = now.as_second().div_euclid(24 * 60 * 60);
    // HMAC takes keys of any length, so neither is ever missing.
    let mut name = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    name.update(NAME_LABEL);
    name.update(user.as_uuid().as_bytes());
    name.update(&day.to_be_bytes());
    let mut name = hex::encode(name.finalize().into_bytes());
    name.truncate(NAME_DIGITS);
    let expires = (now + CREDENTIAL_LIFE).as_second();
    let username = format!("{expires}:{name}");
    let mut password = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    password.update(username.as_bytes());
    let password = STANDARD.encode(password.finalize().into_bytes());
    Some((username, password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SECRET: &[u8] = b"0123456789abcdef";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }

    #[test]
    fn the_password_is_the_hmac_of_the_name_that_carries_the_end() {
        let user = UserId::from_uuid(Uuid::from_u128(7));
        let (name, password) = credential(SECRET, user, at(1_800_000_000)).unwrap_or_default();
        assert_eq!(name.split_once(':').map(|it| it.0), Some("1800000600"));
        assert_eq!(name, NAME);
        assert_eq!(password, PASSWORD);
    }

    /// Made by another program.
    const NAME: &str = "1800000600:594083fa09631e5f";
    const PASSWORD: &str = "fEjdorkzIfQ2+1i1PSGd+4v6Z88=";

    #[test]
    fn a_name_stands_for_one_person_on_one_day() {
        let name = |user: u128, second| {
            let user = UserId::from_uuid(Uuid::from_u128(user));
            let made = credential(SECRET, user, at(second)).unwrap_or_default();
            made.0.split_once(':').map(|it| it.1.to_owned())
        };
        let noon = 1_800_014_400;
        assert_eq!(name(7, noon), name(7, noon + 600));
        assert_ne!(name(7, noon), name(8, noon));
        assert_ne!(name(7, noon), name(7, noon + 24 * 60 * 60));
    }

    #[test]
    fn nothing_is_told_while_it_does_not_answer() {
        let up = Arc::new(AtomicBool::new(false));
        let secret = Secret::from("s".to_owned());
        let urls = vec!["turn:[::1]:3478?transport=udp".to_owned()];
        let desk = TurnDesk::new(urls, secret, Some(Arc::clone(&up)), true);
        let user = UserId::from_uuid(Uuid::from_u128(7));
        assert!(desk.servers(user, at(0)).is_empty());
        up.store(true, Ordering::Relaxed);
        assert_eq!(desk.servers(user, at(0)).len(), 1);
        assert!(desk.only());
    }
}
