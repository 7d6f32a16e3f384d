//! A link that leads a buyer into exactly one thread, once they have shown by a code that the address it was sent
//! to is theirs. Token and code are known by their hashes alone.

use crate::{
    digest::Digest,
    people::one_time_code::{Entered, SentCode},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a link can be opened.
pub const LINK_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// Codes that are sent for one link.
pub const MAX_CODES: u8 = 5;
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
        if let Some(seconds) = code.and_then(|code| code.wait(now)) {
            return Err(BadStep::TooSoon { seconds });
        }
        if codes >= MAX_CODES {
            return Err(BadStep::TooManyCodes);
        }
        Ok(Self {
            state: LinkState::Open {
                codes: codes + 1,
                code: Some(SentCode::new(hash, now)),
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
        match code.map_or(Entered::Over, |code| code.enter(hash, now)) {
            Entered::Right => Ok(Guess::Right(Self {
                state: LinkState::Used { at: now },
                ..self
            })),
            Entered::Wrong { code, left } => Ok(Guess::Wrong {
                link: Self {
                    state: LinkState::Open {
                        codes,
                        code: Some(code),
                    },
                    ..self
                },
                left,
            }),
            Entered::Over => Err(BadStep::NoCode),
        }
    }

    /// The seller takes it back; of a used one, what it opened.
    pub const fn revoke(self, now: Timestamp) -> Result<Self, BadStep> {
        match self.state {
            LinkState::Open { .. } | LinkState::Used { .. } => Ok(Self {
                state: LinkState::Revoked { at: now },
                ..self
            }),
            LinkState::Revoked { .. } => Err(BadStep::Over),
        }
    }
}

/// Whether an answer in the thread sends a link by itself, by the thread's links, the newest first. Not while one waits to
/// be opened, and not after the seller took the newest back: they send the next one themselves.
pub fn is_due(links: impl IntoIterator<Item = JoinLink>, now: Timestamp) -> bool {
    let mut links = links.into_iter().peekable();
    let was_revoked = |link: &JoinLink| matches!(link.state, LinkState::Revoked { .. });
    !links.peek().is_some_and(was_revoked) && !links.any(|link| link.is_open(now))
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
