//! Where a leg stands in its call.
use orderline_domain::call::{hand_over::Lane, seat::Seat};

/// Whose leg it is, and in which lane the buyer has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    pub seat: Seat,
    pub lane: Lane,
}

impl From<Seat> for Stand {
    /// The first of a side.
    fn from(seat: Seat) -> Self {
        let lane = Lane::First;
        Self { seat, lane }
    }
}

impl Stand {
    /// The lane in which this one hears and sees another.
    pub(super) const fn lane_of(self, other: Self) -> Lane {
        Lane::between(self.seat, other.seat, other.lane)
    }
}
