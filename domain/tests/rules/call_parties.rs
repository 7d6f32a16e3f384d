use crate::support::{BUYER, SELLER, THREAD, at, clock, uuid};
use orderline_domain::{
    call::{
        Call, CallState, TooLate,
        hand_over::{Lane, SellerSide, WhyRefused},
        mode::{CallMode, RecordWhen},
        notice::RecordingNotice,
        seat::Seat,
    },
    digest::Digest,
    ids::{CallId, NodeId, SessionId, UserId, VendorId},
    people::{person::Person, roles::Role},
    policy::consent::PolicyRef,
};

const COLLEAGUE: UserId = UserId::from_uuid(uuid(23));

fn person(user: UserId, role: Role) -> Person {
    Person {
        user,
        name: String::new(),
        role,
    }
}

fn ringing() -> Call {
    let seller = person(SELLER, Role::Seller);
    Call {
        call: CallId::from_uuid(uuid(71)),
        vendor: VendorId::from_uuid(uuid(72)),
        thread: THREAD,
        title: String::new(),
        state: CallState::ring(at(0)),
        mode: CallMode::Private,
        version: 1,
        caller: seller.clone(),
        callee: person(BUYER, Role::Buyer),
        side: SellerSide::begins(SELLER),
        seller,
        colleague: None,
        ringing_since: at(0),
        rings_until: at(45),
        answered_by: None,
        node: NodeId::from_uuid(uuid(61)),
        node_url: String::new(),
        epoch: 1,
        last_media_at: None,
        notice: RecordingNotice {
            policy: "DE".to_owned(),
            version: 3,
            language: "en".to_owned(),
            wording: "We record.".to_owned(),
            wording_hash: Digest::of(b"We record."),
            kept_days: 30,
            when: RecordWhen::ContractTalk,
            may_refuse: true,
            contractual_partner: String::new(),
        },
        recording_since: None,
    }
}

/// A colleague is asked.
fn asked() -> Call {
    let call = ringing();
    Call {
        side: call
            .side
            .clone()
            .ask(COLLEAGUE, Seat(2), None, at(5))
            .unwrap(),
        colleague: Some(person(COLLEAGUE, Role::Seller)),
        ..call
    }
}

#[test]
fn the_two_have_their_seats_whoever_rings() {
    let call = ringing();
    assert_eq!(call.people(), [SELLER, BUYER]);
    assert_eq!(call.party(BUYER).map(|it| it.0), Some(Seat::BUYER));
    let rung = Call {
        caller: call.callee.clone(),
        callee: call.caller.clone(),
        ..call
    };
    assert_eq!(rung.buyer().user, BUYER);
    assert_eq!(rung.people(), [SELLER, BUYER]);
}

#[test]
fn a_colleague_is_in_the_call_once_they_have_come() {
    let call = asked();
    assert_eq!(call.people(), [SELLER, BUYER]);
    assert_eq!(call.named_colleague(), [COLLEAGUE]);
    assert!(call.is_asking(SELLER) && call.is_asking(COLLEAGUE));
    assert!(!call.is_asking(BUYER));
    let both = Call {
        side: call.side.clone().accept(COLLEAGUE, at(6)).unwrap(),
        ..call.clone()
    };
    assert_eq!(both.people(), [SELLER, BUYER, COLLEAGUE]);
    assert_eq!(both.lane_of(Seat(2)), Lane::Second);
    assert!(!both.is_asking(SELLER));
    let refused = Call {
        side: call.side.clone().refused(WhyRefused::NoAnswer).unwrap(),
        ..call
    };
    assert_eq!(refused.party(COLLEAGUE), None);
    assert_eq!(refused.named_colleague(), [COLLEAGUE]);
}

#[test]
fn the_first_answer_counts() {
    let [here, there] = [81, 82].map(|n| SessionId::from_uuid(uuid(n)));
    let call = ringing();
    assert_eq!(call.require_ringing(here), Ok(()));
    let answered = Call {
        state: call.state.clone().accept(at(2)).unwrap(),
        answered_by: Some(here),
        ..call.clone()
    };
    assert_eq!(
        answered.require_ringing(there),
        Err(TooLate::AnsweredElsewhere)
    );
    let over = Call {
        state: answered.state.clone().expire(clock(1, 90_000)),
        ..answered
    };
    assert_eq!(over.require_ringing(here), Err(TooLate::Over));
    assert_eq!(over.require_ringing(there), Err(TooLate::AnsweredElsewhere));
    let missed = Call {
        state: call.state.clone().expire(clock(1, 90_000)),
        ..call
    };
    assert_eq!(missed.require_ringing(here), Err(TooLate::Over));
}

#[test]
fn a_notice_was_read_in_its_wording_and_language_alone() {
    let notice = ringing().notice;
    let hash = notice.wording_hash.to_string();
    assert!(notice.was_read(&hash, "en"));
    assert!(!notice.was_read(&hash, "de"));
    assert!(!notice.was_read(&Digest::of(b"Another.").to_string(), "en"));
    let told = PolicyRef::to_notice(&notice);
    assert_eq!((told.version, told.wording_hash), (3, notice.wording_hash));
}

#[test]
fn the_last_sign_of_a_call_is_its_last_packet_or_what_its_node_told() {
    let call = Call {
        state: ringing().state.accept(at(2)).unwrap(),
        ..ringing()
    };
    assert_eq!(ringing().last_sign(None), at(0));
    assert_eq!(call.last_sign(None), at(2));
    assert_eq!(call.last_sign(Some(at(1))), at(2));
    let renewed = Call {
        last_media_at: Some(at(30)),
        ..call
    };
    assert_eq!(renewed.last_sign(None), at(30));
    assert_eq!(renewed.last_sign(Some(at(20))), at(20));
}
