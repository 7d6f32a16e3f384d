//! What stands in a thread: who wrote it and what it says.

pub mod chain;
pub mod contact;
pub mod event;
pub mod join_link;
pub mod outreach;

use crate::{
    call::{CallEndReason, CallSide},
    digest::Digest,
    follow_up::{appointment::AppointmentChange, call_request::RequestAnswer},
    ids::{
        AppointmentId, CallId, CallRequestId, JoinLinkId, OfferId, OrderId, ProductId, RecordingId,
        UserId,
    },
    money::Money,
    offer::{revision::RevisionContent, schedule::Schedule},
    order::ContractBasis,
    people::{proof::Proof, roles::Role},
    policy::consent::{ConsentDecision, PolicyRef},
    text::{CallNote, DeclineReason, MessageText},
    thread::{
        join_link::{Channel, JoinLinkStep},
        outreach::Outreach,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    User {
        user: UserId,
        role: Role,
    },
    /// The server by itself: a deadline, a recorder, a restart.
    System,
}

/// A product that somebody asks about, as it was called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAbout {
    pub product: ProductId,
    pub name: String,
}

/// What an event says. In JSON tagged by `type`; [`EventBody::kind`] is the same name. Readers are tolerant: the last
/// three stand for what they cannot show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    MessageSent {
        text: MessageText,
    },
    CallRang {
        call: CallId,
    },
    CallStarted {
        call: CallId,
        started_at: Timestamp,
    },
    CallEnded {
        call: CallId,
        reason: CallEndReason,
        /// None if the media never met.
        started_at: Option<Timestamp>,
        ended_at: Timestamp,
        duration_ms: u64,
    },
    /// Nobody answered.
    CallMissed {
        call: CallId,
    },
    CallDeclined {
        call: CallId,
        /// In the buyer's words, if any were given.
        reason: Option<DeclineReason>,
        /// When the buyer would rather be called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_at: Option<Timestamp>,
    },
    /// The buyer was in another call.
    CallBusy {
        call: CallId,
    },
    /// Taken back by the caller.
    CallCancelled {
        call: CallId,
    },
    ConsentGiven {
        call: CallId,
        policy: PolicyRef,
        decision: ConsentDecision,
    },
    RecordingStarted {
        call: CallId,
        recording: RecordingId,
    },
    RecordingStored {
        call: CallId,
        recording: RecordingId,
        duration_ms: u64,
    },
    OfferRevised {
        offer: OfferId,
        number: u32,
        hash: Digest,
        content: Box<RevisionContent>,
    },
    OfferConfirmed {
        offer: OfferId,
        number: u32,
        hash: Digest,
        /// How the buyer had shown who they are.
        proof: Proof,
    },
    OrderPlaced {
        order: OrderId,
        /// The number that people use.
        number: u64,
        offer: OfferId,
        basis: ContractBasis,
        /// How the buyer had shown who they are when they confirmed.
        proof: Proof,
        total: Money,
        schedule: Schedule,
    },
    RecordingEnded {
        call: CallId,
        recording: RecordingId,
        /// Who ended it while the call goes on: the buyer by taking the consent back, the seller because the
        /// contract talk is over. None: the server by itself.
        by: Option<CallSide>,
        at: Timestamp,
    },
    /// The buyer asks for a call.
    CallRequested {
        request: CallRequestId,
        /// When it would suit; none for as soon as possible.
        wish: Option<Timestamp>,
        note: Option<CallNote>,
    },
    CallRequestAnswered {
        request: CallRequestId,
        answer: RequestAnswer,
    },
    /// The buyer accepted the order in writing; from now on there is a contract.
    OrderAccepted {
        order: OrderId,
        number: u64,
        /// The revision's content and the words that were accepted.
        hash: Digest,
        words: PolicyRef,
        /// How the buyer had shown who they are.
        proof: Proof,
    },
    /// The buyer did not accept; the order bound nobody.
    OrderRefused {
        order: OrderId,
        number: u64,
        /// In the buyer's words, if any were given.
        reason: Option<DeclineReason>,
        /// How the buyer had shown who they are.
        proof: Proof,
    },
    /// The buyer did not accept in time; the order bound nobody.
    OrderLapsed {
        order: OrderId,
        number: u64,
    },
    /// Nobody writes or calls here any more.
    ThreadClosed,
    ThreadReopened,
    /// The seller switched calls on or off in this thread.
    CallsSwitched {
        on: bool,
        /// Because the buyer has paid for them; otherwise because the seller chose the thread.
        paid: bool,
    },
    /// What was said in a call, in the seller's words (CU6).
    CallSummarised {
        call: CallId,
        text: MessageText,
    },
    /// A planned call was proposed, agreed to, moved or called off.
    AppointmentChanged {
        appointment: AppointmentId,
        change: AppointmentChange,
    },
    /// The buyer was invited into the thread by a link, or showed by a code whose address it was sent to.
    JoinLinkChanged {
        link: JoinLinkId,
        channel: Channel,
        /// Enough of the address to know it again.
        hint: String,
        step: JoinLinkStep,
    },
    /// A colleague of the seller came into the running call.
    CallJoined {
        call: CallId,
        user: UserId,
        at: Timestamp,
    },
    /// One of two on the seller's side left the running call to the other.
    CallLeft {
        call: CallId,
        user: UserId,
        to: UserId,
        at: Timestamp,
    },
    /// Who came by a link showed who they are by a code that went to the account's own contact.
    PersonProven {
        proof: Proof,
        /// Enough of the contact to know it again.
        hint: String,
    },
    /// A mail or text message to somebody here was refused, or nobody took it: they do not know what it was to tell.
    Undelivered {
        what: Outreach,
        channel: Channel,
        to: UserId,
        /// Enough of the address to know it again.
        hint: String,
    },
    /// The message before this one was asked from the vendor's public page.
    QuestionAsked {
        /// How whoever asked had shown who they are.
        proof: Proof,
        /// What they asked about, where they came by its link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<AskedAbout>,
    },
    /// What it said was erased; that something was said, by whom and when, stays. Never written.
    Erased {
        kind: String,
    },
    /// What is stored is not what was committed to. Never written.
    Tampered {
        kind: String,
    },
    /// Of a kind that this program does not know, since a newer one wrote it. Never written.
    #[serde(untagged)]
    Unknown(UnknownBody),
}

/// A body as it is stored, whatever it says: its canonical bytes are the stored ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct UnknownBody {
    kind: String,
    body: Map<String, Value>,
}

impl UnknownBody {
    /// A body of which nothing but its kind is known.
    pub fn of_kind(kind: String) -> Self {
        let body = Map::from_iter([(TYPE.to_owned(), Value::String(kind.clone()))]);
        Self { kind, body }
    }
}

/// The field of a body's JSON that says its kind.
const TYPE: &str = "type";

/// A body that does not say of what kind it is.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("an event's body names its type")]
pub struct NoType;

impl TryFrom<Map<String, Value>> for UnknownBody {
    type Error = NoType;

    fn try_from(body: Map<String, Value>) -> Result<Self, NoType> {
        let kind = body.get(TYPE).and_then(Value::as_str).ok_or(NoType)?;
        Ok(Self {
            kind: kind.to_owned(),
            body,
        })
    }
}

impl From<UnknownBody> for Map<String, Value> {
    fn from(unknown: UnknownBody) -> Self {
        unknown.body
    }
}

/// Kinds of event that a recording is marked with: what happened around the call, the offer and the order. Not what
/// people wrote to each other; a kind that comes later is no mark before it stands here.
pub const MILESTONES: [&str; 15] = [
    "call_rang",
    "call_started",
    "call_joined",
    "call_left",
    "call_ended",
    "consent_given",
    "recording_started",
    "recording_ended",
    "recording_stored",
    "offer_revised",
    "offer_confirmed",
    "order_placed",
    "order_accepted",
    "order_refused",
    "order_lapsed",
];

impl EventBody {
    /// The event's kind as it stands in its envelope: the `type` of its JSON.
    pub fn kind(&self) -> &str {
        match self {
            Self::MessageSent { .. } => "message_sent",
            Self::CallRang { .. } => "call_rang",
            Self::CallStarted { .. } => "call_started",
            Self::CallEnded { .. } => "call_ended",
            Self::CallMissed { .. } => "call_missed",
            Self::CallDeclined { .. } => "call_declined",
            Self::CallBusy { .. } => "call_busy",
            Self::CallCancelled { .. } => "call_cancelled",
            Self::ConsentGiven { .. } => "consent_given",
            Self::RecordingStarted { .. } => "recording_started",
            Self::RecordingStored { .. } => "recording_stored",
            Self::OfferRevised { .. } => "offer_revised",
            Self::OfferConfirmed { .. } => "offer_confirmed",
            Self::OrderPlaced { .. } => "order_placed",
            Self::RecordingEnded { .. } => "recording_ended",
            Self::CallRequested { .. } => "call_requested",
            Self::CallRequestAnswered { .. } => "call_request_answered",
            Self::OrderAccepted { .. } => "order_accepted",
            Self::OrderRefused { .. } => "order_refused",
            Self::OrderLapsed { .. } => "order_lapsed",
            Self::ThreadClosed => "thread_closed",
            Self::ThreadReopened => "thread_reopened",
            Self::CallsSwitched { .. } => "calls_switched",
            Self::CallSummarised { .. } => "call_summarised",
            Self::AppointmentChanged { .. } => "appointment_changed",
            Self::JoinLinkChanged { .. } => "join_link_changed",
            Self::CallJoined { .. } => "call_joined",
            Self::CallLeft { .. } => "call_left",
            Self::PersonProven { .. } => "person_proven",
            Self::Undelivered { .. } => "undelivered",
            Self::QuestionAsked { .. } => "question_asked",
            Self::Erased { kind } | Self::Tampered { kind } => kind,
            Self::Unknown(unknown) => &unknown.kind,
        }
    }

    /// What its author wrote for the other side, with the field in which they typed it. Every kind is named, so that a
    /// new one is thought of.
    pub fn words(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::MessageSent { text } | Self::CallSummarised { text, .. } => {
                Some(("text", text.as_str()))
            }
            Self::CallDeclined { reason, .. } => {
                Some(("answer.reason", reason.as_ref()?.as_str()))
            }
            Self::CallRequested { note, .. } => Some(("note", note.as_ref()?.as_str())),
            Self::CallRequestAnswered { answer, .. } => match answer {
                RequestAnswer::Refused(refusal) => {
                    Some(("reply.reason", refusal.reason.as_ref()?.as_str()))
                }
                RequestAnswer::Planned { .. } | RequestAnswer::Withdrawn => None,
            },
            Self::OrderRefused { reason, .. } => Some(("reason", reason.as_ref()?.as_str())),
            Self::AppointmentChanged { change, .. } => match change {
                AppointmentChange::Proposed { slot } | AppointmentChange::Moved { slot, .. } => {
                    Some(("slot.note", slot.note.as_ref()?.as_str()))
                }
                AppointmentChange::Cancelled { reason, .. } => {
                    Some(("reason", reason.as_ref()?.as_str()))
                }
                // Read and checked when it was proposed.
                AppointmentChange::Confirmed { .. } => None,
            },
            Self::CallRang { .. }
            | Self::CallStarted { .. }
            | Self::CallEnded { .. }
            | Self::CallMissed { .. }
            | Self::CallBusy { .. }
            | Self::CallCancelled { .. }
            | Self::ConsentGiven { .. }
            | Self::RecordingStarted { .. }
            | Self::RecordingStored { .. }
            | Self::RecordingEnded { .. }
            // An offer holds the buyer's own address and number, which a contract needs.
            | Self::OfferRevised { .. }
            | Self::OfferConfirmed { .. }
            | Self::OrderPlaced { .. }
            | Self::OrderAccepted { .. }
            | Self::OrderLapsed { .. }
            | Self::ThreadClosed
            | Self::ThreadReopened
            | Self::CallsSwitched { .. }
            | Self::JoinLinkChanged { .. }
            | Self::CallJoined { .. }
            | Self::CallLeft { .. }
            | Self::PersonProven { .. }
            | Self::Undelivered { .. }
            // Its words stand in the message.
            | Self::QuestionAsked { .. }
            | Self::Erased { .. }
            | Self::Tampered { .. }
            | Self::Unknown(_) => None,
        }
    }

    /// Whether this is what somebody said, and not what a reader found in its place.
    pub const fn is_original(&self) -> bool {
        !matches!(
            self,
            Self::Erased { .. } | Self::Tampered { .. } | Self::Unknown(_)
        )
    }
}
