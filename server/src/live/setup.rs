//! The one-time token that opens the page on which an installation is set up.

use super::Entropy;
use orderline_domain::digest::Digest;
use std::sync::{Mutex, PoisonError};

/// Holds the token's hash from the server's start until it was used. Each node prints a token of its own.
#[derive(Debug, Default)]
pub struct SetupDesk {
    token: Mutex<Option<Digest>>,
}

impl SetupDesk {
    /// Makes a token, which opens the page from now on.
    pub fn open(&self, entropy: Entropy) -> String {
        let secret = entropy.bytes32();
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(Digest::of(&secret));
        hex::encode(secret)
    }

    /// Whether this is the token.
    pub fn admits(&self, token: &str) -> bool {
        let mut secret = [0; 32];
        let hash = hex::decode_to_slice(token, &mut secret)
            .ok()
            .map(|()| Digest::of(&secret));
        let held = *self.token.lock().unwrap_or_else(PoisonError::into_inner);
        hash.is_some() && hash == held
    }

    /// It was used.
    pub fn close(&self) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_opens_until_it_was_used_and_nothing_else_does() {
        let desk = SetupDesk::default();
        assert!(!desk.admits("") && !desk.admits(&"0".repeat(64)));
        let token = desk.open(Entropy);
        assert!(desk.admits(&token));
        assert!(!desk.admits(&token[1..]) && !desk.admits(&"0".repeat(64)));
        desk.close();
        assert!(!desk.admits(&token));
    }
}
