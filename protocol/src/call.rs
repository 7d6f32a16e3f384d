//! Calls: one as both sides see it, and the frames of the call signalling socket (`GET /call`, subprotocol
//! [`crate::CALL_PROTOCOL`]), JSON text, on the node that owns the call. One socket a leg. A lost socket is followed by a
//! new ticket and a new Join: the new leg replaces the old one of the same way. A leg of the other way stands beside it
//! while the media change over: to the relay ([`CallClientFrame::Join`] with an offer) or from browser to browser
//! (without one).

use crate::{person::Person, problem::Problem, quality::QualitySample};
use jiff::Timestamp;
use orderline_domain::{
    call::{
        Call, CallEndReason, CallState,
        hand_over::Lane,
        mode::{CallMode, RecordWhen, Route},
        notice,
        quality::LineLevel,
        seat::Seat,
    },
    ids::{CallId, LegId, RecordingId, ThreadId, UserId},
    people::side::Side,
};
use serde::{Deserialize, Serialize};

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPhase {
    Ringing,
    Connecting,
    Active,
    Reconnecting,
    Declined,
    /// The buyer was in another call.
    Busy,
    NoAnswer,
    Cancelled,
    Ended,
}

impl From<&CallState> for CallPhase {
    fn from(state: &CallState) -> Self {
        match state {
            CallState::Ringing { .. } => Self::Ringing,
            CallState::Declined { .. } => Self::Declined,
            CallState::Busy { .. } => Self::Busy,
            CallState::NoAnswer { .. } => Self::NoAnswer,
            CallState::Cancelled { .. } => Self::Cancelled,
            CallState::Connecting { .. } => Self::Connecting,
            CallState::Active { .. } => Self::Active,
            CallState::Reconnecting { .. } => Self::Reconnecting,
            CallState::Ended(_) => Self::Ended,
        }
    }
}

impl CallPhase {
    /// Whether the call still occupies the thread.
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::Ringing | Self::Connecting | Self::Active | Self::Reconnecting
        )
    }
}

/// A call as both sides see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    pub call: CallId,
    pub thread: ThreadId,
    pub phase: CallPhase,
    /// Grows with every change; an older view never replaces a newer one.
    pub version: i64,
    pub caller: Person,
    pub callee: Person,
    pub ringing_since: Timestamp,
    /// When ringing stops by itself.
    pub rings_until: Timestamp,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub duration_ms: Option<i64>,
    pub end_reason: Option<CallEndReason>,
    pub mode: ModeView,
    /// The wording that was agreed to or would be.
    pub notice: RecordingNotice,
    /// The first packet in the recording that runs now.
    pub recording_since: Option<Timestamp>,
    /// Who speaks for the seller, once that is no longer the caller alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sellers: Option<SellersView>,
}

/// Who speaks for the seller in a call that was, or is being, handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellersView {
    /// Who leads the call.
    pub seller: Person,
    /// The colleague who has come to take it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleague: Option<Person>,
}

impl From<&Call> for CallView {
    fn from(call: &Call) -> Self {
        let ended = call.state.ended();
        Self {
            call: call.call,
            thread: call.thread,
            phase: (&call.state).into(),
            version: call.version,
            caller: (&call.caller).into(),
            callee: (&call.callee).into(),
            ringing_since: call.ringing_since,
            rings_until: call.rings_until,
            started_at: call.state.started_at(),
            ended_at: call.state.ended_at(),
            duration_ms: ended.map(|it| i64::try_from(it.duration_ms).unwrap_or(i64::MAX)),
            end_reason: ended.map(|it| it.reason),
            mode: call.mode.into(),
            notice: (&call.notice).into(),
            recording_since: call.recording_since,
            sellers: SellersView::of(call),
        }
    }
}

impl SellersView {
    /// None while only the one who called speaks for the seller.
    fn of(call: &Call) -> Option<Self> {
        let come = call.come().map(|(_, person)| person);
        (come.is_some() || call.seller.user != call.caller.user).then(|| Self {
            seller: (&call.seller).into(),
            colleague: come.map(Into::into),
        })
    }
}

impl CallView {
    /// Who leads the call for the seller now.
    pub fn seller(&self) -> &Person {
        match &self.sellers {
            Some(sellers) => &sellers.seller,
            None if self.caller.side() == Side::Buyer => &self.callee,
            None => &self.caller,
        }
    }

    /// The colleague who has come to take the call over.
    pub fn colleague(&self) -> Option<&Person> {
        self.sellers.as_ref()?.colleague.as_ref()
    }

    pub fn buyer(&self) -> &Person {
        if self.caller.side() == Side::Buyer {
            &self.caller
        } else {
            &self.callee
        }
    }

    /// Whether this person is in the call now, or rings or is rung.
    pub fn has(&self, user: UserId) -> bool {
        self.seller().user == user
            || self.buyer().user == user
            || self.colleague().is_some_and(|it| it.user == user)
    }
}

/// Whether a call is recorded now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeView {
    /// From browser to browser; nobody records.
    Private,
    /// The buyer is asked; nothing is recorded yet.
    Asked { since: Timestamp },
    /// The buyer agreed. Nothing is in the recording before `CallView::recording_since` is there.
    Recorded {
        since: Timestamp,
        recording: RecordingId,
    },
}

impl From<CallMode> for ModeView {
    fn from(mode: CallMode) -> Self {
        match mode {
            CallMode::Private => Self::Private,
            CallMode::Asked { since } => Self::Asked { since },
            CallMode::Recorded { recording, since } => Self::Recorded { since, recording },
        }
    }
}

/// What the buyer reads before accepting: what is recorded, why, and for how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingNotice {
    /// Name of the policy, such as `DE`.
    pub policy: String,
    pub version: u32,
    /// Language of the wording (BCP 47).
    pub language: String,
    /// The wording itself, as it is hashed and kept.
    pub wording: String,
    /// SHA-256 of the wording in UTF-8, hexadecimal.
    pub wording_hash: String,
    pub kept_days: u32,
    /// When this policy records.
    pub when: RecordWhen,
    /// Whether a call that would be recorded from its first second may be taken without that.
    pub may_refuse: bool,
    /// The platform's legal entity that the buyer contracts with (CC3).
    pub contractual_partner: String,
}

impl From<&notice::RecordingNotice> for RecordingNotice {
    fn from(notice: &notice::RecordingNotice) -> Self {
        Self {
            policy: notice.policy.clone(),
            version: notice.version,
            language: notice.language.clone(),
            wording: notice.wording.clone(),
            wording_hash: notice.wording_hash.to_string(),
            kept_days: notice.kept_days,
            when: notice.when,
            may_refuse: notice.may_refuse,
            contractual_partner: notice.contractual_partner.clone(),
        }
    }
}

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

/// Another participant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerView {
    pub user: UserId,
    pub name: String,
    pub seat: Seat,
    /// Whether packets flow from them now.
    pub connected: bool,
    pub media: MediaState,
    /// How their line is, once their page has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineLevel>,
    /// Where a connection to the relay carries their sound and picture.
    #[serde(default, skip_serializing_if = "is_first")]
    pub lane: Lane,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands it over like this"
)]
fn is_first(lane: &Lane) -> bool {
    *lane == Lane::First
}

/// What two browsers say to each other through the server to meet. No `Debug`: addresses must not reach a log by
/// accident.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerSignal {
    /// SHA-256 over nonce and fingerprint, in hex; see `orderline_domain::call::safety`. Comes first.
    Commit {
        commitment: String,
    },
    Offer {
        sdp: String,
    },
    Answer {
        sdp: String,
    },
    /// An empty candidate says that there are no more.
    Candidate {
        candidate: String,
        mid: String,
    },
    /// The nonce, in hex; only after the other's commitment and the remote description.
    Reveal {
        nonce: String,
    },
}

/// Candidates that one leg may send for one pair.
pub const MAX_CANDIDATES: u32 = 100;
/// The longest candidate, in bytes.
pub const MAX_CANDIDATE_BYTES: usize = 1_000;
/// The longest session description between two browsers, in bytes.
pub const MAX_PEER_SDP_BYTES: usize = 64 * 1024;

/// A STUN or TURN server, as `RTCIceServer` takes it. No `Debug`: it carries a credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    pub urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// From the client.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClientFrame {
    /// Must come first: the ticket, and for a leg to the relay an offer with three media lines (audio, camera,
    /// screen) and two more that only receive (audio and camera of a third person in the call).
    /// Without an offer the leg is private: it carries signals to the other browser and no media.
    Join {
        ticket: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
        media: MediaState,
    },
    Media {
        media: MediaState,
    },
    /// For the other browser's private leg of the same pair.
    Private {
        pair: u64,
        body: PeerSignal,
    },
    /// On a private leg: the browsers are, or are no longer, connected. The server sees no media of it.
    Link {
        up: bool,
    },
    HangUp,
    /// The page is going away: a reload comes back within seconds, a closed tab does not.
    Leaving,
    Ping {
        n: u64,
    },
    /// How this side's line is: when that changes, and every few seconds.
    Quality {
        sample: QualitySample,
    },
}

/// From the server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallServerFrame {
    Joined {
        leg: LegId,
        epoch: u32,
        seat: Seat,
        /// The relay's answer; none on a private leg.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
        /// What helps two browsers to meet; empty when nothing is set up.
        ice: Vec<IceServer>,
        /// Addresses are hidden from the other side for everyone: only relayed ways may be used.
        relay_only: bool,
        call: Box<CallView>,
        at: Timestamp,
    },
    /// Both private legs are there: make a new connection for this pair, and drop that of an older pair once
    /// this one is up. Said again with a higher number when the other side came back. Signals of older pairs are
    /// ignored.
    Pair {
        pair: u64,
        /// This side offers.
        initiator: bool,
    },
    Private {
        pair: u64,
        body: PeerSignal,
    },
    /// The media of both sides flow this way now: present it, drop the leg of the other way.
    Moved {
        route: Route,
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
    /// This person has left the call to somebody else of their side.
    Left,
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
