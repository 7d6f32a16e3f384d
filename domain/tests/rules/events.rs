//! One of every kind of event, and its body as it is stored and hashed: byte for byte as its golden file says. A file
//! changes only by hand, never with the code: `UPDATE_GOLDEN=1` writes files that are missing and leaves the others
//! alone.

use crate::support::{ORDER, RECORDING, SELLER, TODAY, at, catalogue, draft, eur, uuid};
use orderline_domain::{
    call::{CallEndReason, CallSide},
    digest::canonical,
    follow_up::{
        appointment::{AppointmentChange, Slot},
        call_request::RequestAnswer,
        refusal::{ReadyReason, Refusal},
    },
    ids::{AppointmentId, CallId, CallRequestId, JoinLinkId, OfferId, ProductId, UserId},
    order::ContractBasis,
    people::proof::Proof,
    policy::consent::{ConsentDecision, PolicyRef},
    text::{AppointmentNote, CallNote, DeclineReason, MessageText},
    thread::{
        AskedAbout, EventBody,
        join_link::{Channel, JoinLinkStep},
        outreach::Outreach,
    },
};
use std::{collections::BTreeSet, fs, path::Path};

const CALL: CallId = CallId::from_uuid(uuid(91));
const REQUEST: CallRequestId = CallRequestId::from_uuid(uuid(92));
const COLLEAGUE: UserId = UserId::from_uuid(uuid(93));
const OFFER: OfferId = OfferId::from_uuid(uuid(71));
const APPOINTMENT: AppointmentId = AppointmentId::from_uuid(uuid(81));

/// Declares the events: each kind once, and once more for each form that its body can have, with its file's name. The
/// match has no wildcard, so none can be forgotten.
macro_rules! events {
    ({ $($name:literal: $pattern:pat => $value:expr),+ $(,)? }) => {{
        let name = |body: &EventBody| match body {
            $($pattern => $name,)+
            EventBody::Erased { .. } | EventBody::Tampered { .. } | EventBody::Unknown(_) => "never written",
        };
        let events: Vec<(&'static str, EventBody)> = vec![$(($name, $value)),+];
        for (expected, body) in &events {
            assert_eq!(name(body), *expected);
        }
        events
    }};
}

fn slot() -> Slot {
    Slot {
        starts_at: at(120),
        minutes: 30,
        note: Some(AppointmentNote::new("The March group").unwrap()),
    }
}

fn appointment(change: AppointmentChange) -> EventBody {
    EventBody::AppointmentChanged {
        appointment: APPOINTMENT,
        change,
    }
}

fn answered(answer: RequestAnswer) -> EventBody {
    EventBody::CallRequestAnswered {
        request: REQUEST,
        answer,
    }
}

fn placed(basis: ContractBasis) -> EventBody {
    EventBody::OrderPlaced {
        order: ORDER,
        number: 10_482,
        offer: OFFER,
        basis,
        proof: Proof::Password,
        total: eur("2280"),
        schedule: draft().computed(&catalogue(), TODAY).unwrap().schedule,
    }
}

/// What is proven goes by the proof.
fn proven(proof: Proof) -> EventBody {
    EventBody::PersonProven {
        proof,
        hint: "j…@lind.example".to_owned(),
    }
}

/// Every kind of event with its file's name.
#[expect(
    clippy::too_many_lines,
    reason = "one entry a variant, however many there are"
)]
fn events() -> Vec<(&'static str, EventBody)> {
    let content = Box::new(draft().computed(&catalogue(), TODAY).unwrap());
    let hash = content.hash().unwrap();
    let reason = || DeclineReason::new("later").unwrap();
    events!({
        "message_sent": EventBody::MessageSent { .. } => EventBody::MessageSent {
            text: MessageText::new("Vier Raten? 😀\n\"Ja\"").unwrap(),
        },
        "call_rang": EventBody::CallRang { .. } => EventBody::CallRang { call: CALL },
        "call_started": EventBody::CallStarted { .. } => EventBody::CallStarted { call: CALL, started_at: at(3) },
        "call_ended": EventBody::CallEnded { started_at: Some(_), .. } => EventBody::CallEnded {
            call: CALL,
            reason: CallEndReason::HungUpBySeller,
            started_at: Some(at(3)),
            ended_at: at(63),
            duration_ms: 60_000,
        },
        "call_ended.never_connected": EventBody::CallEnded { started_at: None, .. } => EventBody::CallEnded {
            call: CALL,
            reason: CallEndReason::NeverConnected,
            started_at: None,
            ended_at: at(33),
            duration_ms: 0,
        },
        "call_missed": EventBody::CallMissed { .. } => EventBody::CallMissed { call: CALL },
        "call_declined": EventBody::CallDeclined { call_at: Some(_), .. } => EventBody::CallDeclined {
            call: CALL,
            reason: Some(reason()),
            call_at: Some(at(3_600)),
        },
        "call_declined.without_a_word": EventBody::CallDeclined { call_at: None, .. } => EventBody::CallDeclined {
            call: CALL,
            reason: None,
            call_at: None,
        },
        "call_busy": EventBody::CallBusy { .. } => EventBody::CallBusy { call: CALL },
        "call_cancelled": EventBody::CallCancelled { .. } => EventBody::CallCancelled { call: CALL },
        "consent_given": EventBody::ConsentGiven { .. } => EventBody::ConsentGiven {
            call: CALL,
            policy: PolicyRef::to_wording("DE", 2, "en", "This call is recorded."),
            decision: ConsentDecision::Accepted,
        },
        "recording_started": EventBody::RecordingStarted { .. } => EventBody::RecordingStarted {
            call: CALL,
            recording: RECORDING,
        },
        "recording_stored": EventBody::RecordingStored { .. } => EventBody::RecordingStored {
            call: CALL,
            recording: RECORDING,
            duration_ms: 60_000,
        },
        "offer_revised": EventBody::OfferRevised { .. } => EventBody::OfferRevised {
            offer: OFFER,
            number: 1,
            hash,
            content,
        },
        "offer_confirmed": EventBody::OfferConfirmed { .. } => EventBody::OfferConfirmed {
            offer: OFFER,
            number: 1,
            hash,
            proof: Proof::Password,
        },
        "order_placed.on_a_recording": EventBody::OrderPlaced { basis: ContractBasis::Recording { .. }, .. } =>
            placed(ContractBasis::Recording { recording: RECORDING }),
        "order_placed.to_be_confirmed": EventBody::OrderPlaced { basis: ContractBasis::WrittenConfirmation, .. } =>
            placed(ContractBasis::WrittenConfirmation),
        "order_accepted": EventBody::OrderAccepted { .. } => EventBody::OrderAccepted {
            order: ORDER,
            number: 10_482,
            hash,
            words: PolicyRef::to_wording("DE", 2, "en", "I accept."),
            proof: Proof::Password,
        },
        "order_refused": EventBody::OrderRefused { .. } => EventBody::OrderRefused {
            order: ORDER,
            number: 10_482,
            reason: Some(reason()),
            proof: Proof::Password,
        },
        "order_lapsed": EventBody::OrderLapsed { .. } => EventBody::OrderLapsed { order: ORDER, number: 10_482 },
        "recording_ended": EventBody::RecordingEnded { .. } => EventBody::RecordingEnded {
            call: CALL,
            recording: RECORDING,
            by: Some(CallSide::Buyer),
            at: at(61),
        },
        "call_requested": EventBody::CallRequested { .. } => EventBody::CallRequested {
            request: REQUEST,
            wish: Some(at(600)),
            note: Some(CallNote::new("The payment dates").unwrap()),
        },
        "call_request_answered.planned":
            EventBody::CallRequestAnswered { answer: RequestAnswer::Planned { .. }, .. } =>
            answered(RequestAnswer::Planned { at: at(600) }),
        "call_request_answered.refused":
            EventBody::CallRequestAnswered {
                answer: RequestAnswer::Refused(Refusal { because: None, .. }), ..
            } =>
            answered(RequestAnswer::Refused(Refusal { because: None, reason: Some(reason()) })),
        "call_request_answered.refused_because":
            EventBody::CallRequestAnswered {
                answer: RequestAnswer::Refused(Refusal { because: Some(_), .. }), ..
            } =>
            answered(RequestAnswer::Refused(Refusal {
                because: Some(ReadyReason::NotPartOfOrder),
                reason: None,
            })),
        "call_request_answered.withdrawn":
            EventBody::CallRequestAnswered { answer: RequestAnswer::Withdrawn, .. } =>
            answered(RequestAnswer::Withdrawn),
        "undelivered": EventBody::Undelivered { .. } => EventBody::Undelivered {
            what: Outreach::Acceptance,
            channel: Channel::Mail,
            to: SELLER,
            hint: "j…@docomo.example".to_owned(),
        },
        "person_proven.password": EventBody::PersonProven { proof: Proof::Password, .. } => proven(Proof::Password),
        "person_proven.demo_door": EventBody::PersonProven { proof: Proof::DemoDoor, .. } => proven(Proof::DemoDoor),
        "person_proven.link_to_own_contact":
            EventBody::PersonProven { proof: Proof::LinkToOwnContact { .. }, .. } =>
            proven(Proof::LinkToOwnContact { channel: Channel::Mail }),
        "person_proven.link_to_given_contact":
            EventBody::PersonProven { proof: Proof::LinkToGivenContact { .. }, .. } =>
            proven(Proof::LinkToGivenContact { channel: Channel::Sms }),
        "person_proven.passkey":
            EventBody::PersonProven { proof: Proof::Passkey, .. } => proven(Proof::Passkey),
        "person_proven.code_to_typed_contact":
            EventBody::PersonProven { proof: Proof::CodeToTypedContact { .. }, .. } =>
            proven(Proof::CodeToTypedContact { channel: Channel::Mail }),
        "person_proven.code_to_own_contact":
            EventBody::PersonProven { proof: Proof::CodeToOwnContact { .. }, .. } =>
            proven(Proof::CodeToOwnContact { channel: Channel::Mail }),
        "person_proven.asked_themselves":
            EventBody::PersonProven { proof: Proof::AskedThemselves, .. } => proven(Proof::AskedThemselves),
        "question_asked": EventBody::QuestionAsked { product: None, .. } => EventBody::QuestionAsked {
            proof: Proof::AskedThemselves,
            product: None,
        },
        "question_asked.product": EventBody::QuestionAsked { product: Some(_), .. } => EventBody::QuestionAsked {
            proof: Proof::Password,
            product: Some(AskedAbout {
                product: ProductId::from_uuid(uuid(31)),
                name: "Lamp".to_owned(),
            }),
        },
        "thread_closed": EventBody::ThreadClosed => EventBody::ThreadClosed,
        "thread_reopened": EventBody::ThreadReopened => EventBody::ThreadReopened,
        "calls_switched": EventBody::CallsSwitched { .. } => EventBody::CallsSwitched { on: true, paid: false },
        "call_summarised": EventBody::CallSummarised { .. } => EventBody::CallSummarised {
            call: CALL,
            text: MessageText::new("Six payments from December.").unwrap(),
        },
        "join_link_changed": EventBody::JoinLinkChanged { .. } => EventBody::JoinLinkChanged {
            link: JoinLinkId::from_uuid(uuid(82)),
            channel: Channel::Sms,
            hint: "…56".to_owned(),
            step: JoinLinkStep::Proven,
        },
        "appointment_changed.proposed":
            EventBody::AppointmentChanged { change: AppointmentChange::Proposed { .. }, .. } =>
            appointment(AppointmentChange::Proposed { slot: slot() }),
        "appointment_changed.confirmed":
            EventBody::AppointmentChanged { change: AppointmentChange::Confirmed { .. }, .. } =>
            appointment(AppointmentChange::Confirmed { slot: Slot { note: None, ..slot() } }),
        "appointment_changed.moved":
            EventBody::AppointmentChanged { change: AppointmentChange::Moved { .. }, .. } =>
            appointment(AppointmentChange::Moved { from: at(60), slot: slot() }),
        "appointment_changed.cancelled":
            EventBody::AppointmentChanged { change: AppointmentChange::Cancelled { .. }, .. } =>
            appointment(AppointmentChange::Cancelled {
                slot: slot(),
                reason: Some(AppointmentNote::new("I am ill").unwrap()),
            }),
        "call_joined": EventBody::CallJoined { .. } => EventBody::CallJoined {
            call: CALL,
            user: COLLEAGUE,
            at: at(30),
        },
        "call_left": EventBody::CallLeft { .. } => EventBody::CallLeft {
            call: CALL,
            user: UserId::from_uuid(uuid(94)),
            to: COLLEAGUE,
            at: at(40),
        },
    })
}

/// One of every kind of event, in every form.
pub(crate) fn bodies() -> Vec<EventBody> {
    events().into_iter().map(|(_, body)| body).collect()
}

#[test]
fn every_kind_of_event_is_stored_as_its_golden_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/events");
    let mut files = BTreeSet::new();
    for (name, body) in events() {
        assert_eq!(name.split('.').next(), Some(body.kind()));
        let file = format!("{name}.json");
        let path = folder.join(&file);
        let stored = String::from_utf8(canonical(&body).unwrap()).unwrap();
        if !path.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, format!("{stored}\n")).unwrap();
        }
        let golden = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{file} (UPDATE_GOLDEN=1 writes it): {error}"));
        let golden = golden.trim_end();
        assert_eq!(
            stored, golden,
            "{file}: what is stored and hashed has changed"
        );
        let read: EventBody = serde_json::from_str(golden)
            .unwrap_or_else(|error| panic!("{file} is no longer read: {error}"));
        assert_eq!(read, body, "{file}: read otherwise");
        assert!(files.insert(file.clone()), "{file} stands for two events");
    }
    let there: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        there, files,
        "a file without an event, or the other way round"
    );
}
