//! A link that leads a buyer into exactly one thread, once they have shown by a code that the address it was sent
//! to is theirs. Token and code are known by their hashes alone.

use crate::digest::Digest;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a link can be opened.
pub const LINK_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// How long a code holds.
pub const CODE_LIVES: SignedDuration = SignedDuration::from_mins(10);
/// Digits of a code.
pub const CODE_DIGITS: usize = 6;
/// Wrong guesses that a code bears.
pub const MAX_TRIES: u8 = 5;
/// Codes that are sent for one link.
pub const MAX_CODES: u8 = 5;
/// Time between two codes.
pub const CODE_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Links of one thread that can be opened at a time.
pub const MAX_OPEN: usize = 3;

/// How a link and its codes reach the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Mail,
    Sms,
}

impl Channel {
    pub const ALL: [Self; 2] = [Self::Mail, Self::Sms];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }

    /// The channel of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A code that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Over token and digits, so that whoever reads the hash cannot find the digits.
    pub hash: Digest,
    pub sent_at: Timestamp,
    /// Wrong guesses so far.
    pub tries: u8,
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LinkState {
    /// Nobody has used it yet.
    Open {
        /// Codes that were sent for it.
        codes: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<SentCode>,
    },
    Used {
        at: Timestamp,
    },
    Revoked {
        at: Timestamp,
    },
}

/// What happened to a link, as its thread tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinLinkStep {
    Sent,
    /// Whoever opened it has shown that the address is theirs.
    Proven,
    Revoked,
}

/// A link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinLink {
    pub expires_at: Timestamp,
    pub state: LinkState,
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    #[error("this link was used, taken back or has expired")]
    Over,
    #[error("another code can be sent in {seconds} s")]
    TooSoon { seconds: u64 },
    #[error("no further code is sent for this link")]
    TooManyCodes,
    #[error("no code holds now; a new one is needed")]
    NoCode,
}

/// What became of a guess. Both outcomes are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    Right(JoinLink),
    /// So many guesses are left for this code.
    Wrong {
        link: JoinLink,
        left: u8,
    },
}

impl JoinLink {
    /// A link made now.
    pub fn issue(now: Timestamp) -> Self {
        Self {
            expires_at: now.saturating_add(LINK_LIVES).unwrap_or(Timestamp::MAX),
            state: LinkState::Open {
                codes: 0,
                code: None,
            },
        }
    }

    /// The state's name in storage.
    pub const fn name(&self) -> &'static str {
        match self.state {
            LinkState::Open { .. } => "open",
            LinkState::Used { .. } => "used",
            LinkState::Revoked { .. } => "revoked",
        }
    }

    /// Whether it can still be used.
    pub fn is_open(&self, now: Timestamp) -> bool {
        matches!(self.state, LinkState::Open { .. }) && now < self.expires_at
    }

    /// A code is sent.
    pub fn send_code(self, hash: Digest, now: Timestamp) -> Result<Self, BadStep> {
        let LinkState::Open { codes, code } = self.state else {
            return Err(BadStep::Over);
        };
        if !self.is_open(now) {
            return Err(BadStep::Over);
        }
        if let Some(code) = code {
            let passed = now.duration_since(code.sent_at);
            if passed < CODE_PAUSE {
                let left = CODE_PAUSE.saturating_sub(passed).as_secs() + 1;
                return Err(BadStep::TooSoon {
                    seconds: u64::try_from(left).unwrap_or(1),
                });
            }
        }
        if codes >= MAX_CODES {
            return Err(BadStep::TooManyCodes);
        }
        Ok(Self {
            state: LinkState::Open {
                codes: codes + 1,
                code: Some(SentCode {
                    hash,
                    sent_at: now,
                    tries: 0,
                }),
            },
            ..self
        })
    }

    /// Somebody enters a code.
    pub fn guess(self, hash: Digest, now: Timestamp) -> Result<Guess, BadStep> {
        let LinkState::Open { codes, code } = self.state else {
            return Err(BadStep::Over);
        };
        if !self.is_open(now) {
            return Err(BadStep::Over);
        }
        let code = code
            .filter(|code| now.duration_since(code.sent_at) < CODE_LIVES && code.tries < MAX_TRIES)
            .ok_or(BadStep::NoCode)?;
        if code.hash == hash {
            return Ok(Guess::Right(Self {
                state: LinkState::Used { at: now },
                ..self
            }));
        }
        let tries = code.tries + 1;
        Ok(Guess::Wrong {
            link: Self {
                state: LinkState::Open {
                    codes,
                    code: Some(SentCode { tries, ..code }),
                },
                ..self
            },
            left: MAX_TRIES - tries,
        })
    }

    /// The seller takes it back.
    pub const fn revoke(self, now: Timestamp) -> Result<Self, BadStep> {
        match self.state {
            LinkState::Open { .. } => Ok(Self {
                state: LinkState::Revoked { at: now },
                ..self
            }),
            LinkState::Used { .. } | LinkState::Revoked { .. } => Err(BadStep::Over),
        }
    }
}

/// What a code is known by.
pub fn code_hash(token: &[u8; 32], digits: &str) -> Digest {
    Digest::of_two(token, digits.as_bytes())
}

/// An address as it may be shown to others: enough to know it again, too little to write to it.
pub fn masked(channel: Channel, address: &str) -> String {
    match channel {
        Channel::Mail => match address.rsplit_once('@') {
            Some((name, host)) => {
                let first: String = name.chars().take(1).collect();
                format!("{first}…@{host}")
            }
            None => "…".to_owned(),
        },
        Channel::Sms => {
            let digits: Vec<char> = address.chars().filter(char::is_ascii_digit).collect();
            let last: String = digits.iter().rev().take(2).rev().collect();
            format!("…{last}")
        }
    }
}
