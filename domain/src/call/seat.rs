//! A person's place in a call.

use serde::{Deserialize, Serialize};
use std::num::TryFromIntError;

/// A participant's number in a call. Seat 0 is the seller (left channel of a recording), seat 1 the buyer (right
/// channel), higher seats are the seller's colleagues. Each person keeps theirs, also when they come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seat(pub u8);

impl Seat {
    /// Whoever began the call for the seller's side.
    pub const SELLER: Self = Self(0);
    pub const BUYER: Self = Self(1);
    /// How many a call has.
    pub const COUNT: u8 = 8;

    /// Whether it is the buyer's; all others are the seller's side.
    pub const fn is_buyer(self) -> bool {
        self.0 == Self::BUYER.0
    }

    /// Whether a call has such a seat.
    pub const fn exists(self) -> bool {
        self.0 < Self::COUNT
    }
}

impl From<Seat> for i16 {
    fn from(seat: Seat) -> Self {
        Self::from(seat.0)
    }
}

impl TryFrom<i16> for Seat {
    type Error = TryFromIntError;

    fn try_from(number: i16) -> Result<Self, Self::Error> {
        u8::try_from(number).map(Self)
    }
}
