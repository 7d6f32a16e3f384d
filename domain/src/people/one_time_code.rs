//! Codes of six digits that show whose a mailbox or a phone is: they hold for minutes, bear few guesses, and are
//! known by their hashes alone.

use crate::{digest::Digest, ids::SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a code holds.
pub const CODE_LIVES: SignedDuration = SignedDuration::from_mins(10);
/// Digits of a code.
pub const CODE_DIGITS: usize = 6;
/// Wrong guesses that a code bears.
pub const MAX_TRIES: u8 = 5;
/// Time between two codes.
pub const CODE_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Codes that one session asks for in a day to show who it is.
pub const MAX_OF_SESSION: usize = 3;
/// Codes that are sent to one person in a day for that, whichever sessions ask.
pub const MAX_OF_PERSON: usize = 9;

/// The day that these numbers are of.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A code that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Over a secret and the digits, so that whoever reads the hash cannot find the digits.
    pub hash: Digest,
    pub sent_at: Timestamp,
    /// Wrong guesses so far.
    pub tries: u8,
}

/// What became of entering a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    Right,
    /// So many guesses are left for this code.
    Wrong {
        code: SentCode,
        left: u8,
    },
    /// It holds no more.
    Over,
}

impl SentCode {
    /// A code that is sent now.
    pub const fn new(hash: Digest, now: Timestamp) -> Self {
        Self {
            hash,
            sent_at: now,
            tries: 0,
        }
    }

    /// Seconds until another one may be sent; `None` when it may be.
    pub fn wait(&self, now: Timestamp) -> Option<u64> {
        let passed = now.duration_since(self.sent_at);
        (passed < CODE_PAUSE)
            .then(|| u64::try_from(CODE_PAUSE.saturating_sub(passed).as_secs() + 1).unwrap_or(1))
    }

    /// Until when it holds.
    pub fn until(&self) -> Timestamp {
        self.sent_at
            .saturating_add(CODE_LIVES)
            .unwrap_or(Timestamp::MAX)
    }

    /// Somebody enters digits that have this hash.
    pub fn enter(self, hash: Digest, now: Timestamp) -> Entered {
        if now.duration_since(self.sent_at) >= CODE_LIVES || self.tries >= MAX_TRIES {
            return Entered::Over;
        }
        if self.hash == hash {
            return Entered::Right;
        }
        let tries = self.tries + 1;
        Entered::Wrong {
            code: Self { tries, ..self },
            left: MAX_TRIES - tries,
        }
    }
}

/// What a code is known by: `secret` is something that only whoever was asked for the code has.
pub fn code_hash(secret: &[u8; 32], digits: &str) -> Digest {
    Digest::of_two(secret, digits.as_bytes())
}

/// Six digits from a random number: every code is as likely as any other, but for one part in 10^70.
pub fn digits(random: [u8; 32]) -> String {
    let mut rest = 0_u64;
    for byte in random {
        rest = (rest * 256 + u64::from(byte)) % 1_000_000;
    }
    format!("{rest:06}")
}

/// The digits that somebody typed, without the spaces between them; `None` when they cannot be a code.
pub fn typed(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (code.len() == CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// The codes that were sent to one person's own contact in the last day, so that their sessions can show who they
/// are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofCodes(Vec<ForSession>);

/// A code and the session that it was sent for; another session's page can do nothing with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ForSession {
    session: SessionId,
    code: SentCode,
}

/// Why no code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    #[error("another code can be sent in {seconds} s")]
    TooSoon { seconds: u64 },
    #[error("no further code is sent today")]
    TooMany,
}

impl ProofCodes {
    /// A code is sent for this session; an older one of the same session holds no more.
    pub fn send(self, session: SessionId, hash: Digest, now: Timestamp) -> Result<Self, NotSent> {
        let mut sent = self.0;
        sent.retain(|it| now.duration_since(it.code.sent_at) < DAY);
        let own = sent.iter().filter(|it| it.session == session);
        if let Some(seconds) = own.clone().find_map(|it| it.code.wait(now)) {
            return Err(NotSent::TooSoon { seconds });
        }
        if own.count() >= MAX_OF_SESSION || sent.len() >= MAX_OF_PERSON {
            return Err(NotSent::TooMany);
        }
        sent.push(ForSession {
            session,
            code: SentCode::new(hash, now),
        });
        Ok(Self(sent))
    }

    /// The code that this session waits for, while it holds.
    pub fn waiting(&self, session: SessionId, now: Timestamp) -> Option<SentCode> {
        let newest = self.0.iter().rfind(|it| it.session == session)?;
        (now < newest.code.until() && newest.code.tries < MAX_TRIES).then_some(newest.code)
    }

    /// Somebody enters digits with this hash in this session. The codes as they are after that.
    pub fn enter(mut self, session: SessionId, hash: Digest, now: Timestamp) -> (Self, Entered) {
        let Some(newest) = self.0.iter_mut().rfind(|it| it.session == session) else {
            return (self, Entered::Over);
        };
        let entered = newest.code.enter(hash, now);
        match entered {
            // Right, it is used up.
            Entered::Right => newest.code.tries = MAX_TRIES,
            Entered::Wrong { code, .. } => newest.code = code,
            Entered::Over => {}
        }
        (self, entered)
    }
}
