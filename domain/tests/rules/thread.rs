use crate::support::{ORDER, RECORDING, SELLER, THREAD, TODAY, at, catalogue, draft, eur, uuid};
use orderline_domain::{
    call::{CallEndReason, CallSide},
    digest::Digest,
    follow_up::{
        appointment::{AppointmentChange, Slot},
        call_request::RequestAnswer,
    },
    ids::{AppointmentId, CallId, CallRequestId, JoinLinkId, OfferId, UserId},
    order::ContractBasis,
    people::{proof::Proof, roles::Role, side::Side},
    policy::consent::{ConsentDecision, PolicyRef},
    text::{CallNote, DeclineReason, MessageText},
    thread::{
        Author, EventBody,
        chain::{Head, Salt, seal, verify},
        join_link::{Channel, JoinLinkStep},
        outreach::Outreach,
    },
};

/// One of every kind of event.
#[expect(
    clippy::too_many_lines,
    reason = "one entry a variant, however many there are"
)]
pub fn bodies() -> Vec<EventBody> {
    let call = CallId::from_uuid(uuid(91));
    let request = CallRequestId::from_uuid(uuid(92));
    let offer = OfferId::from_uuid(uuid(71));
    let recording = RECORDING;
    let content = Box::new(draft().computed(&catalogue(), TODAY).unwrap());
    let hash = content.hash().unwrap();
    let schedule = content.schedule.clone();
    vec![
        EventBody::MessageSent {
            text: MessageText::new("Vier Raten? 😀\n\"Ja\"").unwrap(),
        },
        EventBody::CallRang { call },
        EventBody::CallStarted {
            call,
            started_at: at(3),
        },
        EventBody::CallEnded {
            call,
            reason: CallEndReason::HungUpBySeller,
            started_at: Some(at(3)),
            ended_at: at(63),
            duration_ms: 60_000,
        },
        EventBody::CallMissed { call },
        EventBody::CallDeclined {
            call,
            reason: Some(DeclineReason::new("later").unwrap()),
            call_at: Some(at(3_600)),
        },
        EventBody::CallBusy { call },
        EventBody::CallCancelled { call },
        EventBody::ConsentGiven {
            call,
            policy: PolicyRef::to_wording("DE", 2, "en", "This call is recorded."),
            decision: ConsentDecision::Accepted,
        },
        EventBody::RecordingStarted { call, recording },
        EventBody::RecordingStored {
            call,
            recording,
            duration_ms: 60_000,
        },
        EventBody::OfferRevised {
            offer,
            number: 1,
            hash,
            content,
        },
        EventBody::OfferConfirmed {
            offer,
            number: 1,
            hash,
            proof: Proof::Password,
        },
        EventBody::OrderPlaced {
            order: ORDER,
            number: 10_482,
            offer,
            basis: ContractBasis::Recording { recording },
            proof: Proof::Password,
            total: eur("2280"),
            schedule,
        },
        EventBody::OrderAccepted {
            order: ORDER,
            number: 10_482,
            hash,
            words: PolicyRef::to_wording("DE", 2, "en", "I accept."),
            proof: Proof::Password,
        },
        EventBody::OrderRefused {
            order: ORDER,
            number: 10_482,
            reason: None,
            proof: Proof::Password,
        },
        EventBody::OrderLapsed {
            order: ORDER,
            number: 10_482,
        },
        EventBody::RecordingEnded {
            call,
            recording,
            by: Some(CallSide::Buyer),
            at: at(61),
        },
        EventBody::CallRequested {
            request,
            wish: Some(at(600)),
            note: Some(CallNote::new("The payment dates").unwrap()),
        },
        EventBody::CallRequestAnswered {
            request,
            answer: RequestAnswer::Planned { at: at(600) },
        },
        EventBody::CallRequestAnswered {
            request,
            answer: RequestAnswer::Withdrawn,
        },
        EventBody::Undelivered {
            what: Outreach::Acceptance,
            channel: Channel::Mail,
            to: SELLER,
            hint: "j…@docomo.example".into(),
        },
        EventBody::PersonProven {
            proof: Proof::CodeToOwnContact {
                channel: Channel::Mail,
            },
            hint: "j…@lind.example".to_owned(),
        },
        EventBody::ThreadClosed,
        EventBody::ThreadReopened,
        EventBody::CallsSwitched {
            on: true,
            paid: false,
        },
        EventBody::CallSummarised {
            call,
            text: MessageText::new("Six payments from December.").unwrap(),
        },
        EventBody::JoinLinkChanged {
            link: JoinLinkId::from_uuid(uuid(82)),
            channel: Channel::Sms,
            hint: "…56".to_owned(),
            step: JoinLinkStep::Proven,
        },
        EventBody::AppointmentChanged {
            appointment: AppointmentId::from_uuid(uuid(81)),
            change: AppointmentChange::Moved {
                from: at(60),
                slot: Slot {
                    starts_at: at(120),
                    minutes: 30,
                    note: None,
                },
            },
        },
        EventBody::CallJoined {
            call,
            user: UserId::from_uuid(uuid(93)),
            at: at(30),
        },
        EventBody::CallLeft {
            call,
            user: UserId::from_uuid(uuid(94)),
            to: UserId::from_uuid(uuid(93)),
            at: at(40),
        },
    ]
}

#[test]
fn x3_every_kind_of_event_is_sealed_read_back_and_verified() {
    let mut head = Head::empty(THREAD);
    let mut sealed = Vec::new();
    for body in bodies() {
        let event = seal(
            head,
            Author::System,
            at(0),
            &body,
            Salt::from_bytes([7; 32]),
        )
        .unwrap();
        let read: EventBody = serde_json::from_slice(&event.body).unwrap();
        assert_eq!(read, body);
        let json: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
        assert_eq!(json["type"], body.kind());
        assert_eq!(event.envelope.kind, body.kind());
        head = event.head;
        sealed.push(event);
    }
    let report = verify(
        THREAD,
        sealed
            .iter()
            .map(|it| (&it.envelope, Some((it.body.as_slice(), &it.salt)))),
    );
    assert_eq!(report.unwrap().head, head);
}

#[test]
fn cu7_b3_the_end_of_a_call_says_start_end_and_duration() {
    let json = serde_json::to_value(&bodies()[3]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "type": "call_ended",
            "call": uuid(91),
            "reason": "hung_up_by_seller",
            "started_at": "2026-11-22T13:58:03Z",
            "ended_at": "2026-11-22T13:59:03Z",
            "duration_ms": 60_000,
        })
    );
}

#[test]
fn consent_names_the_exact_wording() {
    let wording = "This call is recorded.";
    let policy = PolicyRef::to_wording("DE", 2, "en", wording);
    assert!(policy.is_of(wording));
    assert!(!policy.is_of("This call is not recorded."));
    assert_eq!(policy.wording_hash, Digest::of(wording.as_bytes()));
}

#[test]
fn buyer_and_seller_stand_across_from_each_other_and_readers_look_at_the_buyer() {
    let across = |role| Side::of(role).across();
    assert_eq!(across(Role::Buyer), Side::of(Role::Seller));
    assert_eq!(across(Role::Seller), Side::of(Role::Buyer));
    for role in [Role::Compliance, Role::Support, Role::Admin] {
        assert_eq!((Side::of(role), across(role)), (Side::Reader, Side::Buyer));
    }
}
