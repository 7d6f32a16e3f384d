//! Every variant of what travels over the two sockets. The `…_name` functions match without a wildcard, so a new
//! variant does not compile until it has a name here; the lists are checked against them.

use super::{
    Family, around,
    hand_over::hand_over,
    line::quality,
    policies::{policy, proposed},
    samples::{
        BUYER, CALL, COMMAND, OFFER, ORDER, REQUEST, SELLER, THREAD, at, buyer, call, calling,
        draft, event, offer, order, problem, state,
    },
};
use orderline_domain::{
    call::{CallEndReason, hand_over::Lane, mode::Route, quality::LineLevel, seat::Seat},
    follow_up::refusal::ReadyReason,
    ids::LegId,
    people::proof::Proof,
    thread::join_link::Channel,
};
use orderline_protocol::{
    VERSION,
    around::{AppointmentPhase, AppointmentStep, CallBackStep},
    call::{CallClientFrame, CallServerFrame, IceServer, MediaState, PeerSignal, PeerView},
    calling::RequestReply,
    hand_over::{HandOverState, HandOverStep},
    socket::{
        Answer, ByeReason, ClientFrame, ClientSignal, Command, CommandResult, Cursor, ServerFrame,
        ServerSignal, TalkStep,
    },
    system::JobRef,
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// Declares a family: each variant once, with its sample. The match has no wildcard, so none can be forgotten.
macro_rules! family {
    ($family:literal, $kind:ident, $files:expr, { $($name:literal: $pattern:pat => $value:expr),+ $(,)? }) => {{
        let name = |value: &$kind| match value { $($pattern => $name),+ };
        let values: Vec<(&'static str, $kind)> = vec![$(($name, $value)),+];
        for (expected, value) in &values {
            assert_eq!(name(value), *expected);
        }
        check_family($family, values, $files);
    }};
}

fn check_family<T: Serialize + DeserializeOwned>(
    name: &'static str,
    values: Vec<(&'static str, T)>,
    files: &mut BTreeSet<String>,
) {
    Family { name, values }.check(files);
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    workspace(files);
    commands(files);
    signals(files);
    calls(files);
}

fn workspace(files: &mut BTreeSet<String>) {
    let cursor = Cursor {
        thread: THREAD,
        seq: 7,
        state: 3,
    };
    family!("client_frame", ClientFrame, files, {
        "hello": ClientFrame::Hello { .. } => ClientFrame::Hello { version: VERSION, cursors: vec![cursor] },
        "command": ClientFrame::Command { .. } => ClientFrame::Command {
            id: COMMAND,
            body: Command::StartCall { thread: THREAD },
        },
        "ack": ClientFrame::Ack { .. } => ClientFrame::Ack { thread: THREAD, seq: 7 },
        "follow": ClientFrame::Follow { .. } => ClientFrame::Follow { thread: THREAD, seq: 7, state: 3 },
        "signal": ClientFrame::Signal { .. } => ClientFrame::Signal {
            signal: ClientSignal::Typing { thread: THREAD },
        },
        "ping": ClientFrame::Ping { .. } => ClientFrame::Ping { n: 1 },
    });
    family!("server_frame", ServerFrame, files, {
        "welcome": ServerFrame::Welcome { .. } => ServerFrame::Welcome { at: at(), calls: vec![*call()] },
        "event": ServerFrame::Event { .. } => ServerFrame::Event { thread: THREAD, event: event() },
        "state": ServerFrame::State { .. } => ServerFrame::State { state: state() },
        "signal": ServerFrame::Signal { .. } => ServerFrame::Signal {
            signal: ServerSignal::Typing { thread: THREAD, user: BUYER },
        },
        "reply": ServerFrame::Reply { .. } => ServerFrame::Reply {
            to: COMMAND,
            result: CommandResult::Done { thread: THREAD, seq: 7 },
        },
        "reset": ServerFrame::Reset { .. } => ServerFrame::Reset { thread: THREAD },
        "pong": ServerFrame::Pong { .. } => ServerFrame::Pong { n: 1 },
        "bye": ServerFrame::Bye { .. } => ServerFrame::Bye {
            reason: ByeReason::SlowConsumer,
            retry_after_ms: 100,
        },
    });
    family!("bye_reason", ByeReason, files, {
        "restarting": ByeReason::Restarting => ByeReason::Restarting,
        "slow_consumer": ByeReason::SlowConsumer => ByeReason::SlowConsumer,
        "signed_out": ByeReason::SignedOut => ByeReason::SignedOut,
        "malformed": ByeReason::Malformed => ByeReason::Malformed,
        "too_many": ByeReason::TooMany => ByeReason::TooMany,
        "version_mismatch": ByeReason::VersionMismatch => ByeReason::VersionMismatch,
    });
}

#[expect(
    clippy::too_many_lines,
    reason = "one entry a variant, however many there are"
)]
fn commands(files: &mut BTreeSet<String>) {
    let hash = || "5f".repeat(32);
    family!("command", Command, files, {
        "send_message": Command::SendMessage { .. } => Command::SendMessage {
            thread: THREAD,
            text: "Good morning".to_owned(),
        },
        "start_call": Command::StartCall { .. } => Command::StartCall { thread: THREAD },
        "answer_call": Command::AnswerCall { .. } => Command::AnswerCall {
            call: CALL,
            answer: Answer::Accept { wording_hash: Some(hash()), language: Some("en".to_owned()) },
        },
        "hang_up": Command::HangUp { .. } => Command::HangUp { call: CALL },
        "hand_over": Command::HandOver { .. } => Command::HandOver { call: CALL, step: HandOverStep::Leave },
        "run_job": Command::RunJob { .. } => Command::RunJob {
            work: JobRef::Job { name: "housekeeping".to_owned() },
        },
        "show_offer": Command::ShowOffer { .. } => Command::ShowOffer { thread: THREAD, draft: draft() },
        "contract_talk": Command::ContractTalk { .. } => Command::ContractTalk { call: CALL, step: TalkStep::Ask },
        "confirm_offer": Command::ConfirmOffer { .. } => Command::ConfirmOffer { offer: OFFER, hash: hash() },
        "place_order": Command::PlaceOrder { .. } => Command::PlaceOrder { offer: OFFER, hash: hash() },
        "request_call": Command::RequestCall { .. } => Command::RequestCall {
            thread: THREAD,
            wish: Some(at()),
            note: Some("The payment dates".to_owned()),
        },
        "answer_call_request": Command::AnswerCallRequest { .. } => Command::AnswerCallRequest {
            request: REQUEST,
            reply: RequestReply::Plan { at: at() },
        },
        "accept_order": Command::AcceptOrder { .. } => Command::AcceptOrder {
            order: ORDER,
            hash: hash(),
            words_hash: hash(),
            language: "fr".to_owned(),
        },
        "refuse_order": Command::RefuseOrder { .. } => Command::RefuseOrder {
            order: ORDER,
            reason: Some("Too dear".to_owned()),
        },
        "edit_policy": Command::EditPolicy { .. } => Command::EditPolicy {
            scope: policy().scope,
            from: 1,
            policy: proposed(),
        },
        "switch_calls": Command::SwitchCalls { .. } => Command::SwitchCalls {
            thread: THREAD,
            paid: true,
            on: true,
        },
        "set_thread_open": Command::SetThreadOpen { .. } => Command::SetThreadOpen { thread: THREAD, open: false },
        "summarise_call": Command::SummariseCall { .. } => Command::SummariseCall {
            call: CALL,
            text: "Six payments from December.".to_owned(),
        },
        "plan_call": Command::PlanCall { .. } => Command::PlanCall { thread: THREAD, slot: around::slot() },
        "change_appointment": Command::ChangeAppointment { .. } => Command::ChangeAppointment {
            appointment: around::APPOINTMENT,
            version: 2,
            step: AppointmentStep::Move { slot: around::slot() },
        },
        "note_outcome": Command::NoteOutcome { .. } => Command::NoteOutcome {
            call: CALL,
            after: 1,
            noted: around::outcome(),
        },
        "keep_call_back": Command::KeepCallBack { .. } => Command::KeepCallBack {
            call_back: around::CALL_BACK,
            version: 1,
            step: CallBackStep::PutOff { until: at() },
        },
        "send_join_link": Command::SendJoinLink { .. } => Command::SendJoinLink {
            thread: THREAD,
            channel: Channel::Sms,
            phone: Some("+49341123456".to_owned()),
        },
        "revoke_join_link": Command::RevokeJoinLink { .. } => Command::RevokeJoinLink {
            link: around::JOIN_LINK,
            version: 1,
        },
    });
    family!("request_reply", RequestReply, files, {
        "plan": RequestReply::Plan { .. } => RequestReply::Plan { at: at() },
        "refuse": RequestReply::Refuse { .. } => RequestReply::Refuse {
            because: Some(ReadyReason::NoTime),
            reason: Some("Please write".to_owned()),
        },
        "withdraw": RequestReply::Withdraw => RequestReply::Withdraw,
    });
    family!("appointment_step", AppointmentStep, files, {
        "confirm": AppointmentStep::Confirm => AppointmentStep::Confirm,
        "move": AppointmentStep::Move { .. } => AppointmentStep::Move { slot: around::slot() },
        "cancel": AppointmentStep::Cancel { .. } => AppointmentStep::Cancel {
            reason: Some("I am ill".to_owned()),
        },
    });
    family!("proof", Proof, files, {
        "password": Proof::Password => Proof::Password,
        "demo_door": Proof::DemoDoor => Proof::DemoDoor,
        "link_to_own_contact": Proof::LinkToOwnContact { .. } => Proof::LinkToOwnContact { channel: Channel::Mail },
        "link_to_given_contact": Proof::LinkToGivenContact { .. } => Proof::LinkToGivenContact { channel: Channel::Sms },
        "passkey": Proof::Passkey => Proof::Passkey,
        "asked_themselves": Proof::AskedThemselves => Proof::AskedThemselves,
        "code_to_typed_contact": Proof::CodeToTypedContact { .. } => Proof::CodeToTypedContact { channel: Channel::Mail },
        "code_to_own_contact": Proof::CodeToOwnContact { .. } => Proof::CodeToOwnContact { channel: Channel::Mail },
    });
    family!("appointment_phase", AppointmentPhase, files, {
        "proposed": AppointmentPhase::Proposed => AppointmentPhase::Proposed,
        "confirmed": AppointmentPhase::Confirmed => AppointmentPhase::Confirmed,
        "cancelled": AppointmentPhase::Cancelled => AppointmentPhase::Cancelled,
    });
    family!("call_back_step", CallBackStep, files, {
        "cross_off": CallBackStep::CrossOff => CallBackStep::CrossOff,
        "put_off": CallBackStep::PutOff { .. } => CallBackStep::PutOff { until: at() },
    });
    family!("talk_step", TalkStep, files, {
        "ask": TalkStep::Ask => TalkStep::Ask,
        "withdraw": TalkStep::Withdraw => TalkStep::Withdraw,
        "accept": TalkStep::Accept { .. } => TalkStep::Accept { wording_hash: hash(), language: "en".to_owned() },
        "refuse": TalkStep::Refuse => TalkStep::Refuse,
        "stop": TalkStep::Stop => TalkStep::Stop,
    });
    Family {
        name: "answer_unrecorded",
        values: vec![(
            "sample",
            Answer::Accept {
                wording_hash: None,
                language: None,
            },
        )],
    }
    .check(files);
    family!("answer", Answer, files, {
        "accept": Answer::Accept { .. } => Answer::Accept { wording_hash: Some(hash()), language: Some("en".to_owned()) },
        "decline": Answer::Decline { .. } => Answer::Decline {
            reason: Some("In a meeting".to_owned()),
            call_at: Some(at()),
        },
    });
    family!("command_result", CommandResult, files, {
        "done": CommandResult::Done { .. } => CommandResult::Done { thread: THREAD, seq: 7 },
        "call": CommandResult::Call { .. } => CommandResult::Call { call: call() },
        "offer": CommandResult::Offer { .. } => CommandResult::Offer { offer: offer() },
        "order": CommandResult::Order { .. } => CommandResult::Order { order: order() },
        "policy": CommandResult::Policy { .. } => CommandResult::Policy { policy: policy() },
        "saved": CommandResult::Saved { .. } => CommandResult::Saved { version: 2 },
        "failed": CommandResult::Failed { .. } => CommandResult::Failed { problem: problem() },
    });
}

fn signals(files: &mut BTreeSet<String>) {
    family!("client_signal", ClientSignal, files, {
        "typing": ClientSignal::Typing { .. } => ClientSignal::Typing { thread: THREAD },
        "draft": ClientSignal::Draft { .. } => ClientSignal::Draft {
            thread: THREAD,
            draft: draft(),
            take_over: true,
        },
    });
    family!("server_signal", ServerSignal, files, {
        "typing": ServerSignal::Typing { .. } => ServerSignal::Typing { thread: THREAD, user: BUYER },
        "presence": ServerSignal::Presence { .. } => ServerSignal::Presence {
            thread: THREAD,
            online: vec![SELLER, BUYER],
        },
        "draft": ServerSignal::Draft { .. } => ServerSignal::Draft {
            thread: THREAD,
            offer: OFFER,
            draft: draft(),
            editor: SELLER,
        },
        "draft_refused": ServerSignal::DraftRefused { .. } => ServerSignal::DraftRefused {
            thread: THREAD,
            editor: SELLER,
        },
        "draft_unsaved": ServerSignal::DraftUnsaved { .. } => ServerSignal::DraftUnsaved { thread: THREAD },
        "call": ServerSignal::Call { .. } => ServerSignal::Call { call: call() },
        "offer": ServerSignal::Offer { .. } => ServerSignal::Offer { thread: THREAD, offer: offer() },
        "order": ServerSignal::Order { .. } => ServerSignal::Order { thread: THREAD, order: order() },
        "calling": ServerSignal::Calling { .. } => ServerSignal::Calling { thread: THREAD, calling: calling() },
        "reminder": ServerSignal::Reminder { .. } => ServerSignal::Reminder {
            appointment: Box::new(around::appointment()),
        },
        "call_backs": ServerSignal::CallBacks => ServerSignal::CallBacks,
        "hand_over": ServerSignal::HandOver { .. } => ServerSignal::HandOver {
            hand_over: Box::new(hand_over(HandOverState::Asked)),
        },
    });
}

fn calls(files: &mut BTreeSet<String>) {
    let media = MediaState {
        microphone: true,
        camera: true,
        screen: false,
        has_microphone: true,
    };
    family!("call_client_frame", CallClientFrame, files, {
        "join": CallClientFrame::Join { .. } => CallClientFrame::Join {
            ticket: "ticket".to_owned(),
            sdp: Some("v=0".to_owned()),
            media,
        },
        "private": CallClientFrame::Private { .. } => CallClientFrame::Private {
            pair: 3,
            body: PeerSignal::Offer { sdp: "v=0".to_owned() },
        },
        "link": CallClientFrame::Link { .. } => CallClientFrame::Link { up: true },
        "media": CallClientFrame::Media { .. } => CallClientFrame::Media { media },
        "hang_up": CallClientFrame::HangUp => CallClientFrame::HangUp,
        "leaving": CallClientFrame::Leaving => CallClientFrame::Leaving,
        "ping": CallClientFrame::Ping { .. } => CallClientFrame::Ping { n: 1 },
        "quality": CallClientFrame::Quality { .. } => CallClientFrame::Quality { sample: quality() },
    });
    family!("line_level", LineLevel, files, {
        "good": LineLevel::Good => LineLevel::Good,
        "weak": LineLevel::Weak => LineLevel::Weak,
        "bad": LineLevel::Bad => LineLevel::Bad,
    });
    family!("peer_signal", PeerSignal, files, {
        "commit": PeerSignal::Commit { .. } => PeerSignal::Commit { commitment: "5f".repeat(32) },
        "offer": PeerSignal::Offer { .. } => PeerSignal::Offer { sdp: "v=0".to_owned() },
        "answer": PeerSignal::Answer { .. } => PeerSignal::Answer { sdp: "v=0".to_owned() },
        "candidate": PeerSignal::Candidate { .. } => PeerSignal::Candidate {
            candidate: "candidate:1 1 udp 2122260223 192.0.2.1 61665 typ host".to_owned(),
            mid: "0".to_owned(),
        },
        "reveal": PeerSignal::Reveal { .. } => PeerSignal::Reveal { nonce: "5f".repeat(16) },
    });
    Family {
        name: "call_client_frame.join",
        values: vec![(
            "private",
            CallClientFrame::Join {
                ticket: "ticket".to_owned(),
                sdp: None,
                media,
            },
        )],
    }
    .check(files);
    let leg = LegId::from_uuid(CALL.as_uuid());
    family!("call_server_frame", CallServerFrame, files, {
        "joined": CallServerFrame::Joined { .. } => CallServerFrame::Joined {
            leg,
            epoch: 1,
            seat: Seat::SELLER,
            sdp: Some("v=0".to_owned()),
            ice: vec![IceServer {
                urls: vec!["turn:turn.example:3478?transport=udp".to_owned()],
                username: Some("1763820000:a".to_owned()),
                credential: Some("secret".to_owned()),
            }],
            relay_only: false,
            call: call(),
            at: at(),
        },
        "pair": CallServerFrame::Pair { .. } => CallServerFrame::Pair { pair: 3, initiator: true },
        "private": CallServerFrame::Private { .. } => CallServerFrame::Private {
            pair: 3,
            body: PeerSignal::Answer { sdp: "v=0".to_owned() },
        },
        "moved": CallServerFrame::Moved { .. } => CallServerFrame::Moved { route: Route::Relay },
        "peer": CallServerFrame::Peer { .. } => CallServerFrame::Peer {
            peer: PeerView { user: BUYER, name: buyer().name, seat: Seat::BUYER, connected: true, media, line: None, lane: Lane::First },
        },
        "call": CallServerFrame::Call { .. } => CallServerFrame::Call { call: call() },
        "replaced": CallServerFrame::Replaced => CallServerFrame::Replaced,
        "left": CallServerFrame::Left => CallServerFrame::Left,
        "refused": CallServerFrame::Refused { .. } => CallServerFrame::Refused { problem: problem() },
        "ended": CallServerFrame::Ended { .. } => CallServerFrame::Ended {
            reason: CallEndReason::HungUpBySeller,
        },
        "pong": CallServerFrame::Pong { .. } => CallServerFrame::Pong { n: 1 },
    });
}
