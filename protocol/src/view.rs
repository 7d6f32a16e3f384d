//! What a person sees of threads, calls, offers, orders and recordings.

use crate::{calling::CallingView, person::Person};
use jiff::Timestamp;
use orderline_domain::{
    call::{
        CallEndReason,
        mode::{CallMode, RecordWhen},
        notice,
        seat::Seat,
    },
    ids::{CallId, CommandId, OfferId, OrderId, PlanId, ProductId, RecordingId, ThreadId, UserId},
    money::Money,
    offer::{Draft, RevisionContent, schedule::Schedule},
    order::{ContractBasis, OrderState},
    people::{proof::Proof, side::Side},
    recording::Damage,
    thread::EventBody,
};
use serde::{Deserialize, Serialize};

/// One event of a thread, in the order of `seq` without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    pub seq: i64,
    pub at: Timestamp,
    /// `None` for what the system itself wrote.
    pub author: Option<UserId>,
    /// The command that made it, so that an optimistic line can be replaced by the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandId>,
    pub body: EventBody,
}

/// A line of the thread list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadSummary {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    /// The last event, so that the list can show a line of it.
    pub last: Option<EventView>,
    pub seq: i64,
    /// Of its state; see [`StateView`].
    pub version: i64,
    /// Events after what this person has acknowledged.
    pub unread: i64,
    pub call: Option<CallView>,
    pub order_number: Option<String>,
    #[serde(default)]
    pub calling: CallingView,
}

/// A thread as it stands at `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadSnapshot {
    pub thread: ThreadId,
    pub title: String,
    pub people: Vec<Person>,
    pub seq: i64,
    /// Of its state; see [`StateView`].
    pub version: i64,
    /// The latest events, oldest first.
    pub events: Vec<EventView>,
    /// Whether there are events before the first one here.
    pub earlier: bool,
    pub call: Option<CallView>,
    pub offer: Option<OfferView>,
    pub order: Option<OrderView>,
    #[serde(default)]
    pub calling: CallingView,
}

/// What a thread's page shows beside its events. Whoever does not hold this version is sent it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateView {
    pub thread: ThreadId,
    /// Grows with every change of anything in here.
    pub version: i64,
    /// The thread's last call, whether it lives or not.
    pub call: Option<CallView>,
    pub offer: Option<OfferView>,
    pub order: Option<OrderView>,
    pub calling: CallingView,
}

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

/// The offer of a thread: the live draft and the revision that was shown last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferView {
    pub offer: OfferId,
    /// Of the thread's state; an older view never replaces a newer one, but that the draft has a version of its own.
    pub version: i64,
    pub draft: Draft,
    pub editor: Option<Person>,
    pub shown: Option<RevisionView>,
    pub confirmed: Option<ConfirmedView>,
    /// Whatever is recorded, an order of what is shown binds only once the buyer has accepted it in writing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_writing: bool,
    /// The country that the buyer is known to live in, where what is shown names another: both are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_country: Option<String>,
}

/// One revision, immutable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionView {
    pub number: u32,
    /// SHA-256 over the canonical content, hexadecimal.
    pub hash: String,
    pub at: Timestamp,
    pub content: RevisionContent,
}

/// Who confirmed which revision, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedView {
    pub number: u32,
    pub hash: String,
    pub at: Timestamp,
    pub by: UserId,
    /// How they had shown who they are.
    pub proof: Proof,
}

/// Until when an order waits for the buyer's written acceptance, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceView {
    pub due_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    /// When the mail that asks for it was given up: the buyer has to be reached in another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered_at: Option<Timestamp>,
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderView {
    pub order: OrderId,
    /// Of the thread's state; an older view never replaces a newer one.
    pub version: i64,
    pub number: String,
    pub thread: ThreadId,
    pub state: OrderState,
    pub basis: ContractBasis,
    pub product: ProductId,
    pub plan: PlanId,
    pub product_name: String,
    /// How the buyer had shown who they are when they confirmed.
    pub proof: Proof,
    pub placed_at: Timestamp,
    pub total: Money,
    pub schedule: Schedule,
    /// Of an order that the buyer has to accept in writing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<AcceptanceView>,
}

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingPhase {
    /// The call runs.
    Recording,
    /// The call is over; segments are being stored or playable files made.
    Rendering,
    /// Stored and playable.
    Ready,
    /// Nothing was captured.
    Empty,
    /// The files could not be made; the captured segments are safe.
    Failed,
}

/// A line of the compliance list (B6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingRow {
    pub recording: RecordingId,
    pub call: CallId,
    pub thread: ThreadId,
    pub phase: RecordingPhase,
    pub seller: String,
    pub buyer: String,
    pub order: Option<OrderId>,
    pub order_number: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: Option<i64>,
    pub segments_stored: i64,
}

/// A track of a recording that the page can play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackView {
    /// File name, such as `audio.webm` or `camera-0.webm`.
    pub name: String,
    /// `audio`, `camera` or `screen`.
    pub kind: String,
    /// `None` for the mixed sound.
    pub seat: Option<Seat>,
    pub mime: String,
    /// Where the file begins on the recording's timeline.
    pub start_ms: i64,
    pub duration_ms: i64,
    /// Relative URL that carries the logged access; supports Range.
    pub url: String,
}

/// An event of the thread as a point on the recording's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkView {
    pub at_ms: i64,
    pub event: EventView,
}

/// An open recording: everything needed to play it, after the access was logged with its reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayView {
    pub row: RecordingRow,
    pub tracks: Vec<TrackView>,
    pub marks: Vec<MarkView>,
    /// Peaks per 100 ms, one list a seat, 0 to 255.
    pub waveform: Vec<Vec<u8>>,
    /// Who had which seat in the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<(Seat, String)>,
    /// Stretches without packets, in milliseconds of the timeline.
    pub gaps: Vec<(i64, i64)>,
    /// What was captured and cannot be used any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageView>,
    /// The description of the files cannot be read: nothing is drawn, the sound plays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub description_lost: bool,
}

/// A stretch of a recording that was captured and cannot be used any more, in milliseconds of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamageView {
    pub from_ms: i64,
    pub to_ms: i64,
    pub damage: Damage,
}

/// A line of a recording's access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    pub at: Timestamp,
    pub who: Person,
    pub what: String,
    pub reason: String,
}
