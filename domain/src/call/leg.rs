//! A participant's connection to a call, as it is noted.

use crate::{
    call::mode::Route,
    ids::{LegId, UserId},
};
use jiff::Timestamp;

/// A leg about to begin.
#[derive(Clone, Copy, Debug)]
pub struct NewLeg {
    pub leg: LegId,
    pub user: UserId,
    pub route: Route,
    pub at: Timestamp,
}

/// What is known of a leg's connection; nothing that is already known is overwritten.
#[derive(Clone, Copy, Debug, Default)]
pub struct LegNews {
    pub connected_at: Option<Timestamp>,
    pub last_packet_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}
