//! How a call ends that nobody simply lets run out: somebody hangs up, its vendor is shut, or its node is gone.

use crate::{
    call::{Call, CallEndReason, CallSide, CallState, InvalidCallStep},
    clock::ClockPair,
};
use jiff::Timestamp;

impl CallState {
    /// Somebody hangs up. On a ring the seller's side takes the call back, and the buyer declines.
    pub fn hang_up(self, side: CallSide, now: ClockPair) -> Result<Self, InvalidCallStep> {
        match (&self, side) {
            (Self::Ringing { .. }, CallSide::Seller) => self.cancel(now.wall),
            (Self::Ringing { .. }, CallSide::Buyer) => self.decline(None, None, now.wall),
            _ => self.end(CallEndReason::hung_up_by(side), now),
        }
    }

    /// The vendor does not work any more: a ring is taken back.
    pub fn vendor_shut(self, now: ClockPair) -> Result<Self, InvalidCallStep> {
        match self {
            Self::Ringing { .. } => self.cancel(now.wall),
            _ => self.end(CallEndReason::VendorShut, now),
        }
    }

    /// The call's node is gone for good; `last` is the last sign of it.
    pub fn abandoned(self, last: ClockPair, now: ClockPair) -> Result<Self, InvalidCallStep> {
        let reason = CallEndReason::ConnectionLost;
        match self {
            Self::Ringing { .. } => Ok(Self::NoAnswer { at: now.wall }),
            Self::Active { .. } => self.interrupted(last, now)?.end(reason, now),
            _ => self.end(reason, last),
        }
    }
}

impl Call {
    /// The last that is known of the call: its last recorded packet, else the last renewal that saw its media flow,
    /// else its beginning.
    pub fn last_sign(&self, packet: Option<Timestamp>) -> Timestamp {
        let began = match self.state {
            CallState::Active { started } | CallState::Reconnecting { started, .. } => started.wall,
            CallState::Connecting { accepted_at } => accepted_at,
            _ => self.ringing_since,
        };
        packet.or(self.last_media_at).unwrap_or(began).max(began)
    }
}
