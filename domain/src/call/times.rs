//! What a call's state says of its beginning and its end.

use crate::call::{CallEndReason, CallState, EndedCall};
use jiff::Timestamp;

impl CallState {
    /// When the media first met, if they did.
    pub const fn started_at(&self) -> Option<Timestamp> {
        match self {
            Self::Active { started } | Self::Reconnecting { started, .. } => Some(started.wall),
            Self::Ended(ended) => ended.started_at,
            _ => None,
        }
    }

    /// When the call was over, however.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Ended(ended) => Some(ended.ended_at),
            Self::Declined { at, .. }
            | Self::Busy { at }
            | Self::NoAnswer { at }
            | Self::Cancelled { at } => Some(*at),
            Self::Ringing { .. }
            | Self::Connecting { .. }
            | Self::Active { .. }
            | Self::Reconnecting { .. } => None,
        }
    }

    /// How an answered call ended, once it has.
    pub const fn ended(&self) -> Option<&EndedCall> {
        match self {
            Self::Ended(ended) => Some(ended),
            _ => None,
        }
    }

    /// Why an answered call ended, once it has.
    pub fn end_reason(&self) -> Option<CallEndReason> {
        self.ended().map(|ended| ended.reason)
    }

    /// Whether the two talked, and the call is over.
    pub fn was_held(&self) -> bool {
        self.ended().is_some_and(|ended| ended.started_at.is_some())
    }
}
