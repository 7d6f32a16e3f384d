//! Frames of the workspace socket (`GET /ws`, subprotocol [`crate::SOCKET_PROTOCOL`]), JSON text.
//!
//! A client says Hello with where it stands in each thread it follows. The server re-authorises,
//! subscribes first, then replays what came after. The client drops what it has (`seq` not above its own)
//! and follows again from its own cursor when it sees a gap. A signal may be lost; what it told of is state, and
//! comes again with the next replay to whoever does not hold its version. Participants get live events of all their
//! threads without asking; others only of threads that they follow.

use crate::{
    around::{AppointmentStep, AppointmentView, CallBackStep, OutcomeWish, SlotWish},
    call::CallView,
    calling::{CallingView, RequestReply},
    hand_over::{HandOverStep, HandOverView},
    offer::OfferView,
    order::OrderView,
    policy::PolicyView,
    problem::Problem,
    system::JobRef,
    thread::{EventView, StateView},
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{
        AppointmentId, CallBackId, CallId, CallRequestId, CommandId, JoinLinkId, OfferId, OrderId,
        ThreadId, UserId,
    },
    offer::Draft,
    policy::{PolicyScope, ProposedPolicy},
    thread::join_link::Channel,
};
use serde::{Deserialize, Serialize};

/// What the client holds of a thread; 0 for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub thread: ThreadId,
    /// The last event.
    pub seq: i64,
    /// The version of the state (see [`StateView`]).
    pub state: i64,
}

/// How far somebody has read a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadMark {
    pub thread: ThreadId,
    pub seq: i64,
}

/// From the client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// Must come first.
    Hello {
        version: u32,
        cursors: Vec<Cursor>,
    },
    /// Safe to send again with the same id until a reply comes.
    Command {
        id: CommandId,
        body: Command,
    },
    /// Read up to here.
    Ack {
        thread: ThreadId,
        seq: i64,
    },
    /// Follow a thread, or fill a gap: replay what comes after `seq`, and say the state unless it is this version.
    Follow {
        thread: ThreadId,
        seq: i64,
        state: i64,
    },
    Signal {
        signal: ClientSignal,
    },
    Ping {
        n: u64,
    },
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answers Hello: the clock to count by, and the calls that are live for this person.
    Welcome {
        at: Timestamp,
        calls: Vec<CallView>,
    },
    Event {
        thread: ThreadId,
        event: EventView,
    },
    /// What a thread's page shows beside its events: the client holds another version.
    State {
        state: Box<StateView>,
    },
    Signal {
        signal: ServerSignal,
    },
    Reply {
        to: CommandId,
        result: CommandResult,
    },
    /// The replay would be too long: fetch the snapshot.
    Reset {
        thread: ThreadId,
    },
    Pong {
        n: u64,
    },
    /// The server closes; come back after the time given.
    Bye {
        reason: ByeReason,
        retry_after_ms: u64,
    },
}

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByeReason {
    Restarting,
    SlowConsumer,
    SignedOut,
    Malformed,
    TooMany,
    VersionMismatch,
}

/// A wish that changes something for good. Each is one use case, durable before it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_enum_variant,
        reason = "lives as long as one frame; a draft is its largest part"
    )
)]
pub enum Command {
    SendMessage {
        thread: ThreadId,
        text: String,
    },
    StartCall {
        thread: ThreadId,
    },
    AnswerCall {
        call: CallId,
        answer: Answer,
    },
    /// Ends a running call, or takes back one that still rings.
    HangUp {
        call: CallId,
    },
    /// A step of the contract talk: from private to recorded and back, while the call runs.
    ContractTalk {
        call: CallId,
        step: TalkStep,
    },
    /// Show the buyer a fixed revision of the draft (X6).
    ShowOffer {
        thread: ThreadId,
        draft: Draft,
    },
    /// The buyer confirms exactly this revision.
    ConfirmOffer {
        offer: OfferId,
        hash: String,
    },
    /// "Order now": makes the order from the confirmed revision, once.
    PlaceOrder {
        offer: OfferId,
        hash: String,
    },
    /// The buyer asks to be called (CU3).
    RequestCall {
        thread: ThreadId,
        wish: Option<Timestamp>,
        note: Option<String>,
    },
    /// The seller answers the buyer's wish; the buyer takes it back.
    AnswerCallRequest {
        request: CallRequestId,
        reply: RequestReply,
    },
    /// The buyer accepts an order in writing: exactly this content, in exactly these words.
    AcceptOrder {
        order: OrderId,
        hash: String,
        words_hash: String,
        language: String,
    },
    /// The buyer does not accept an order in writing.
    RefuseOrder {
        order: OrderId,
        reason: Option<String>,
    },
    /// An admin makes the next version of a policy, from the version that was being looked at.
    EditPolicy {
        scope: PolicyScope,
        from: u32,
        policy: ProposedPolicy,
    },
    /// The seller switches calls on or off in a thread (CU3): because they were chosen for it, or (`paid`) because the
    /// buyer has paid for them.
    SwitchCalls {
        thread: ThreadId,
        paid: bool,
        on: bool,
    },
    /// Closes a thread, or opens it again.
    SetThreadOpen {
        thread: ThreadId,
        open: bool,
    },
    /// The seller writes what was said in a call (CU6).
    SummariseCall {
        call: CallId,
        text: String,
    },
    /// Name a time for a call; the other side has to agree to it (X13).
    PlanCall {
        thread: ThreadId,
        slot: SlotWish,
    },
    /// Agree to a planned call, move it or call it off, as it stood at `version`.
    ChangeAppointment {
        appointment: AppointmentId,
        version: i64,
        step: AppointmentStep,
    },
    /// Note what came of a call; `after` is the version that was read, 0 for none.
    NoteOutcome {
        call: CallId,
        after: i64,
        noted: OutcomeWish,
    },
    /// Put off or cross off a call that is still to be made, as it stood at `version`.
    KeepCallBack {
        call_back: CallBackId,
        version: i64,
        step: CallBackStep,
    },
    /// Invite the buyer into the thread by a link; an SMS names the number.
    SendJoinLink {
        thread: ThreadId,
        channel: Channel,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<String>,
    },
    /// Take a link back, as it stood at `version`.
    RevokeJoinLink {
        link: JoinLinkId,
        version: i64,
    },
    /// A running call goes to a colleague (X13).
    HandOver {
        call: CallId,
        step: HandOverStep,
    },
    /// An admin wants work to be done now, also work that was given up.
    RunJob {
        work: JobRef,
    },
}

/// What somebody does about recording while the call runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkStep {
    /// The seller starts the contract talk: the buyer is asked.
    Ask,
    /// The seller takes the question back.
    Withdraw,
    /// The buyer agrees to exactly this wording.
    Accept {
        wording_hash: String,
        language: String,
    },
    /// The buyer does not; the call goes on privately.
    Refuse,
    /// The seller: the contract talk is over. The buyer: the consent is taken back.
    Stop,
}

/// The buyer's answer to a ringing call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Accepting to be recorded names the wording that was read. Without it the call is accepted and the
    /// recording is not, which some policies do not allow for a call that is recorded from its first second.
    Accept {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wording_hash: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    Decline {
        reason: Option<String>,
        /// When the buyer would rather be called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_at: Option<Timestamp>,
    },
}

/// What became of a command. A repeated command gets the stored result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandResult {
    /// Done; the thread's event with this number says what.
    Done {
        thread: ThreadId,
        seq: i64,
    },
    Call {
        call: Box<CallView>,
    },
    Offer {
        offer: Box<OfferView>,
    },
    Order {
        order: Box<OrderView>,
    },
    Policy {
        policy: Box<PolicyView>,
    },
    /// Done, and no thread tells of it; the thing stands at this version now.
    Saved {
        version: i64,
    },
    Failed {
        problem: Problem,
    },
}

/// Passing news from a client; may be lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "lives as long as one frame; a draft is its largest part"
)]
pub enum ClientSignal {
    Typing {
        thread: ThreadId,
    },
    /// The seller's draft as it stands; `draft.version` grows with every change.
    Draft {
        thread: ThreadId,
        draft: Draft,
        take_over: bool,
    },
}

/// Passing news to a client; may be lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerSignal {
    Typing {
        thread: ThreadId,
        user: UserId,
    },
    /// Who of a thread is connected now.
    Presence {
        thread: ThreadId,
        online: Vec<UserId>,
    },
    Draft {
        thread: ThreadId,
        offer: OfferId,
        draft: Draft,
        editor: UserId,
    },
    /// The draft was not taken: somebody else edits it.
    DraftRefused {
        thread: ThreadId,
        editor: UserId,
    },
    /// What was typed last can never be saved; for its editor alone.
    DraftUnsaved {
        thread: ThreadId,
    },
    /// A call began to ring, changed or ended.
    Call {
        call: Box<CallView>,
    },
    /// The offer changed state (shown, confirmed, ordered).
    Offer {
        thread: ThreadId,
        offer: Box<OfferView>,
    },
    Order {
        thread: ThreadId,
        order: Box<OrderView>,
    },
    /// How the thread stands to calls has changed.
    Calling {
        thread: ThreadId,
        calling: CallingView,
    },
    /// A planned call begins in a few minutes.
    Reminder {
        appointment: Box<AppointmentView>,
    },
    /// The list of calls still to be made has changed.
    CallBacks,
    /// A colleague is asked to take a call over, or that came to something or nothing; only for the two.
    HandOver {
        hand_over: Box<HandOverView>,
    },
}

impl ServerSignal {
    /// The thread that it is about.
    pub fn thread(&self) -> Option<ThreadId> {
        match self {
            Self::Typing { thread, .. }
            | Self::Presence { thread, .. }
            | Self::Draft { thread, .. }
            | Self::DraftRefused { thread, .. }
            | Self::DraftUnsaved { thread }
            | Self::Offer { thread, .. }
            | Self::Order { thread, .. }
            | Self::Calling { thread, .. } => Some(*thread),
            Self::Call { call } => Some(call.thread),
            Self::Reminder { appointment } => Some(appointment.thread),
            Self::CallBacks | Self::HandOver { .. } => None,
        }
    }
}
