//! Frames of the call signalling socket (`GET /call`, subprotocol [`crate::CALL_PROTOCOL`]), JSON text, on
//! the node that owns the call. One socket a leg. A lost socket is followed by a new ticket and a new Join:
//! the new leg replaces the old one.

use crate::{problem::Problem, view::CallView};
use jiff::Timestamp;
use orderline_domain::{
    call::CallEndReason,
    ids::{LegId, UserId},
};
use serde::{Deserialize, Serialize};

/// What a participant sends just now; shown to the other side in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag a track, as the wire has it"
)]
pub struct MediaState {
    pub microphone: bool,
    pub camera: bool,
    pub screen: bool,
    /// Whether the participant's browser can send sound at all.
    pub has_microphone: bool,
}

/// The other participant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerView {
    pub user: UserId,
    pub name: String,
    pub seat: u8,
    /// Whether packets flow from them now.
    pub connected: bool,
    pub media: MediaState,
}

/// From the client.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum CallClientFrame {
    /// Must come first: the ticket, and an offer with three media lines (audio, camera, screen).
    Join {
        ticket: String,
        sdp: String,
        media: MediaState,
    },
    Media {
        media: MediaState,
    },
    HangUp,
    /// The page is going away: a reload comes back within seconds, a closed tab does not.
    Leaving,
    Ping {
        n: u64,
    },
}

/// From the server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum CallServerFrame {
    Joined {
        leg: LegId,
        epoch: u32,
        seat: u8,
        sdp: String,
        call: Box<CallView>,
        at: Timestamp,
    },
    Peer {
        peer: PeerView,
    },
    /// The call changed state; for example the first moment both are connected.
    Call {
        call: Box<CallView>,
    },
    /// Another tab of the same person took the call over.
    Replaced,
    Refused {
        problem: Problem,
    },
    Ended {
        reason: CallEndReason,
    },
    Pong {
        n: u64,
    },
}
