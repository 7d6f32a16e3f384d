//! Who speaks for the seller in a running call: one person, one who has asked a colleague to take the call over, or
//! both for a while. Each step consumes the state before it. The buyer is not in here: there is always exactly one, and
//! when they leave, the call ends.

use crate::{
    call::{CallEndReason, CallSide, seat::Seat},
    ids::UserId,
    text::{CallNote, DeclineReason},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A colleague who does not answer is asked no longer after so many seconds.
pub const HAND_OVER_SECONDS: u32 = 45;
/// When a colleague who was asked then is asked no longer.
pub fn asked_until(since: Timestamp) -> Timestamp {
    since
        .saturating_add(SignedDuration::from_secs(i64::from(HAND_OVER_SECONDS)))
        .unwrap_or(Timestamp::MAX)
}

/// Of two on the seller's side, one whose media have been away for so many seconds has left.
pub const AWAY_SECONDS: u32 = 30;

/// Where the buyer hears and sees somebody of the seller's side, so that two fit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    #[default]
    First,
    Second,
}

impl Lane {
    /// The lane that is left for another.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// The lane in which the one in the seat `listener` has the one in the seat `other`, whose lane is `lane`: the
    /// buyer has the seller's side in theirs, they have the buyer in the first and each other in the second.
    pub const fn between(listener: Seat, other: Seat, lane: Self) -> Self {
        match (listener, other) {
            (Seat::BUYER, _) => lane,
            (_, Seat::BUYER) => Self::First,
            _ => Self::Second,
        }
    }
}

/// A person of the seller's side and their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seated {
    pub user: UserId,
    pub seat: Seat,
    pub lane: Lane,
}

/// Who speaks for the seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum SellerSide {
    Alone {
        seller: Seated,
        /// The last colleague who was asked and did not come.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<Refused>,
    },
    /// A colleague is asked; they are not in the call.
    Asked {
        seller: Seated,
        colleague: Seated,
        note: Option<CallNote>,
        since: Timestamp,
    },
    /// The colleague has come; the seller may leave the call to them.
    Both {
        seller: Seated,
        colleague: Seated,
        since: Timestamp,
    },
}

/// A hand-over that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub colleague: UserId,
    pub since: Timestamp,
    pub why: WhyRefused,
}

/// Why a colleague did not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyRefused {
    Declined {
        /// In the colleague's words, if any were given.
        reason: Option<DeclineReason>,
    },
    NoAnswer,
    /// The seller thought better of it.
    Withdrawn,
    /// The seller's own line broke off before the colleague had answered.
    LineLost,
    /// The call ended meanwhile.
    CallOver,
}

/// A step that the seller's side does not allow now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHandOver {
    #[error("a colleague is being asked already")]
    AlreadyAsked,
    #[error("two people speak for the seller already")]
    Two,
    #[error("nobody hands a call over to themselves")]
    Oneself,
    #[error("this call has had as many people as it can")]
    NoSeat,
    /// Answered, withdrawn or run out meanwhile; or somebody else was asked.
    #[error("nobody asks this person")]
    NotAsked,
    #[error("nobody else speaks for the seller; the call can only be ended")]
    NobodyElse,
}

/// What somebody's leaving means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    GoesOn(SellerSide),
    Ends(CallEndReason),
}

impl SellerSide {
    /// The side as the call begins.
    pub const fn begins(user: UserId) -> Self {
        let (seat, lane) = (Seat::SELLER, Lane::First);
        Self::Alone {
            seller: Seated { user, seat, lane },
            last: None,
        }
    }

    /// Who leads the call: the one who has been in it for longer.
    pub const fn seller(&self) -> Seated {
        match self {
            Self::Alone { seller, .. } | Self::Asked { seller, .. } | Self::Both { seller, .. } => {
                *seller
            }
        }
    }

    /// The colleague who has come.
    pub const fn colleague(&self) -> Option<Seated> {
        match self {
            Self::Both { colleague, .. } => Some(*colleague),
            Self::Alone { .. } | Self::Asked { .. } => None,
        }
    }

    /// The colleague who is asked.
    pub const fn asked(&self) -> Option<Seated> {
        match self {
            Self::Asked { colleague, .. } => Some(*colleague),
            Self::Alone { .. } | Self::Both { .. } => None,
        }
    }

    /// Everybody of the seller's side who is in the call.
    pub fn people(&self) -> impl Iterator<Item = Seated> + use<> {
        std::iter::once(self.seller()).chain(self.colleague())
    }

    /// Whether this person is in the call for the seller.
    pub fn has(&self, user: UserId) -> bool {
        self.people().any(|it| it.user == user)
    }

    /// Asks a colleague. `seat` is theirs from an earlier time in this call, or the next free one.
    pub fn ask(
        self,
        user: UserId,
        seat: Seat,
        note: Option<CallNote>,
        at: Timestamp,
    ) -> Result<Self, InvalidHandOver> {
        match self {
            Self::Alone { seller, .. } if seller.user == user => Err(InvalidHandOver::Oneself),
            Self::Alone { seller, .. }
                if !seat.exists() || seat.is_buyer() || seat == seller.seat =>
            {
                Err(InvalidHandOver::NoSeat)
            }
            Self::Alone { seller, .. } => Ok(Self::Asked {
                seller,
                colleague: Seated {
                    user,
                    seat,
                    lane: seller.lane.other(),
                },
                note,
                since: at,
            }),
            Self::Asked { .. } => Err(InvalidHandOver::AlreadyAsked),
            Self::Both { .. } => Err(InvalidHandOver::Two),
        }
    }

    /// The colleague comes.
    pub fn accept(self, user: UserId, at: Timestamp) -> Result<Self, InvalidHandOver> {
        match self {
            Self::Asked {
                seller, colleague, ..
            } if colleague.user == user => Ok(Self::Both {
                seller,
                colleague,
                since: at,
            }),
            _ => Err(InvalidHandOver::NotAsked),
        }
    }

    /// The colleague does not come.
    pub fn decline(
        self,
        user: UserId,
        reason: Option<DeclineReason>,
    ) -> Result<Self, InvalidHandOver> {
        if self.asked().is_some_and(|asked| asked.user == user) {
            self.refused(WhyRefused::Declined { reason })
        } else {
            Err(InvalidHandOver::NotAsked)
        }
    }

    /// The question is no longer asked.
    pub fn refused(self, why: WhyRefused) -> Result<Self, InvalidHandOver> {
        match self {
            Self::Asked {
                seller,
                colleague,
                since,
                ..
            } => Ok(Self::Alone {
                seller,
                last: Some(Refused {
                    colleague: colleague.user,
                    since,
                    why,
                }),
            }),
            _ => Err(InvalidHandOver::NotAsked),
        }
    }

    /// Whether the colleague has had the time to answer.
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        match self {
            Self::Asked { since, .. } => now >= asked_until(*since),
            Self::Alone { .. } | Self::Both { .. } => false,
        }
    }

    /// One of two leaves the call to the other.
    pub fn leave(self, user: UserId) -> Result<Self, InvalidHandOver> {
        match self {
            Self::Both {
                seller, colleague, ..
            } if seller.user == user => Ok(Self::Alone {
                seller: colleague,
                last: None,
            }),
            Self::Both {
                seller, colleague, ..
            } if colleague.user == user => Ok(Self::Alone { seller, last: None }),
            _ => Err(InvalidHandOver::NobodyElse),
        }
    }

    /// Somebody has gone, however: by a word, by closing their page, or because their line did not come back.
    pub fn gone(self, side: CallSide, user: UserId) -> After {
        match side {
            CallSide::Buyer => After::Ends(CallEndReason::hung_up_by(CallSide::Buyer)),
            CallSide::Seller if !self.has(user) => After::GoesOn(self),
            CallSide::Seller => self.leave(user).map_or_else(
                |_| After::Ends(CallEndReason::hung_up_by(CallSide::Seller)),
                After::GoesOn,
            ),
        }
    }

    /// The call is over: nobody is asked any more.
    #[must_use]
    pub fn over(self) -> Self {
        self.clone().refused(WhyRefused::CallOver).unwrap_or(self)
    }
}
