//! Where a leg is in its call.

use orderline_domain::call::{hand_over::Lane, seat::Seat};

/// Whose leg it is, and in which lane the buyer has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    pub seat: Seat,
    pub lane: Lane,
}

impl From<Seat> for Placement {
    /// The first of a side.
    fn from(seat: Seat) -> Self {
        let lane = Lane::First;
        Self { seat, lane }
    }
}

impl Placement {
    /// The lane in which this one hears and sees another.
    pub(super) const fn lane_of(self, other: Self) -> Lane {
        Lane::between(self.seat, other.seat, other.lane)
    }
}
