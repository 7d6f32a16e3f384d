//! The code that two people read to each other to know that nobody is between their browsers. Both pages compute
//! it from the two certificates' fingerprints and two nonces. Each side commits to its nonce and fingerprint
//! before it learns the other's, so that nobody can search for certificates that give the same code.

use crate::digest::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 16;
/// Decimal digits of a code.
pub const CODE_DIGITS: u32 = 6;
/// What a commitment is made over begins with this.
const COMMIT: &[u8] = b"orderline-commit";
/// What a code is made over begins with this.
const CODE: &[u8] = b"orderline-code";

/// One side's secret until it is revealed; 32 lower-case hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nonce([u8; NONCE_BYTES]);

/// The SHA-256 fingerprint of a browser's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// The code that both sides see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SafetyCode(u32);

/// What a side must say before the other's fingerprint and nonce mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SafetyError {
    #[error("a nonce is 32 lower-case hex digits")]
    Nonce,
    /// None, or not exactly one: with two, another certificate than the one that was compared could be used.
    #[error("a description names exactly one certificate, by SHA-256")]
    Fingerprint,
    /// What was revealed is not what was promised: somebody may be in between.
    #[error("the revealed nonce does not belong to the commitment")]
    Mismatch,
    /// The other side is our own mirror.
    #[error("the other side repeats what this one sent")]
    Mirrored,
}

impl Nonce {
    /// Wraps bytes that were drawn at random.
    pub const fn from_bytes(bytes: [u8; NONCE_BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Nonce {
    type Err = SafetyError;

    fn from_str(text: &str) -> Result<Self, SafetyError> {
        let mut bytes = [0; NONCE_BYTES];
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(SafetyError::Nonce);
        }
        hex::decode_to_slice(text, &mut bytes).map_err(|_| SafetyError::Nonce)?;
        Ok(Self(bytes))
    }
}

impl Fingerprint {
    /// Wraps the 32 bytes of a SHA-256.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The one certificate that this session description names. It may name it several times (once a media line);
    /// a second one, or one named by another hash, would be a way past the comparison.
    pub fn of_description(sdp: &str) -> Result<Self, SafetyError> {
        let mut found = None;
        for line in sdp.lines() {
            let Some((name, value)) = line.trim_end().split_once(':') else {
                continue;
            };
            if !name.eq_ignore_ascii_case("a=fingerprint") {
                continue;
            }
            let one = Self::parse(value)?;
            if *found.get_or_insert(one) != one {
                return Err(SafetyError::Fingerprint);
            }
        }
        found.ok_or(SafetyError::Fingerprint)
    }

    /// Reads `sha-256 AA:BB:…`.
    fn parse(value: &str) -> Result<Self, SafetyError> {
        let (hash, digits) = value
            .trim()
            .split_once(' ')
            .ok_or(SafetyError::Fingerprint)?;
        if !hash.eq_ignore_ascii_case("sha-256") {
            return Err(SafetyError::Fingerprint);
        }
        let mut bytes = [0; 32];
        let mut pairs = digits.trim().split(':');
        for byte in &mut bytes {
            let pair = pairs.next().ok_or(SafetyError::Fingerprint)?;
            let mut one = [0];
            hex::decode_to_slice(pair, &mut one).map_err(|_| SafetyError::Fingerprint)?;
            *byte = one[0];
        }
        match pairs.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(SafetyError::Fingerprint),
        }
    }
}

/// What a side sends first.
pub fn commitment(nonce: &Nonce, fingerprint: &Fingerprint) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(COMMIT);
    hasher.update(nonce.0);
    hasher.update(fingerprint.0);
    Digest::from_bytes(hasher.finalize().into())
}

/// One side of the connection: its certificate and its nonce.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    pub fingerprint: Fingerprint,
    pub nonce: Nonce,
}

/// The other side's part, as it came in: the promise, the certificate of the description that was really set,
/// and what was revealed.
#[derive(Clone, Copy)]
pub struct Revealed {
    pub commitment: Digest,
    pub side: Side,
}

/// The code of this connection, once the other side has kept its promise.
pub fn safety_code(own: &Side, other: &Revealed) -> Result<SafetyCode, SafetyError> {
    if commitment(&other.side.nonce, &other.side.fingerprint) != other.commitment {
        return Err(SafetyError::Mismatch);
    }
    if own.fingerprint == other.side.fingerprint || own.nonce == other.side.nonce {
        return Err(SafetyError::Mirrored);
    }
    let (first, second) = if *own <= other.side {
        (own, &other.side)
    } else {
        (&other.side, own)
    };
    let mut hasher = Sha256::new();
    hasher.update(CODE);
    for side in [first, second] {
        hasher.update(side.fingerprint.0);
        hasher.update(side.nonce.0);
    }
    let bytes: [u8; 32] = hasher.finalize().into();
    let number = bytes
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
        % 10_u64.pow(CODE_DIGITS);
    Ok(SafetyCode(u32::try_from(number).unwrap_or(0)))
}

impl fmt::Display for SafetyCode {
    /// Two groups of three digits: `482 915`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {:03}", self.0 / 1_000, self.0 % 1_000)
    }
}
