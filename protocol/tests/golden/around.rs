//! What travels around a call.

use super::samples::{BUYER, CALL, THREAD, at, buyer, one, seller, uuid};
use orderline_domain::{
    follow_up::{
        appointment::Slot,
        call_back::CallBackReason,
        outcome::{Noted, Outcome},
    },
    ids::{AppointmentId, CallBackId, JoinLinkId},
    people::proof::Proof,
    text::{AppointmentNote, OutcomeNote},
    thread::join_link::Channel,
};
use orderline_protocol::around::{
    AppointmentList, AppointmentPhase, AppointmentView, CallBackList, CallBackView, CallOutcomes,
    OutcomeList, OutcomeView, OutcomeWish, SlotWish, TimeZoneOf,
};
use orderline_protocol::http::{AskProofCode, PhoneTyped, PhoneUnderstood, ProofCode, ProofView};
use orderline_protocol::join::{
    JoinCode, JoinEntered, JoinLinkList, JoinLinkPhase, JoinLinkView, JoinToken, JoinView,
};
use std::collections::BTreeSet;

pub(crate) const APPOINTMENT: AppointmentId = AppointmentId::from_uuid(uuid(21));
pub(crate) const JOIN_LINK: JoinLinkId = JoinLinkId::from_uuid(uuid(23));
pub(crate) const CALL_BACK: CallBackId = CallBackId::from_uuid(uuid(22));

pub(crate) fn slot() -> SlotWish {
    SlotWish {
        starts_at: at(),
        minutes: 30,
        note: Some("The March group".to_owned()),
    }
}

pub(crate) fn outcome() -> OutcomeWish {
    OutcomeWish {
        outcome: Outcome::CallAgain { due_at: at() },
        note: Some("Asks her partner first".to_owned()),
    }
}

pub(crate) fn appointment() -> AppointmentView {
    AppointmentView {
        appointment: APPOINTMENT,
        thread: THREAD,
        title: "Coaching Pro".to_owned(),
        version: 3,
        phase: AppointmentPhase::Proposed,
        by: seller(),
        slot: Slot {
            starts_at: at(),
            minutes: 30,
            note: Some(AppointmentNote::new("The March group").unwrap()),
        },
        seller: seller(),
        buyer: buyer(),
        seller_zone: "Europe/Berlin".to_owned(),
        buyer_zone: Some("America/Sao_Paulo".to_owned()),
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    assert_eq!(appointment().buyer.user, BUYER);
    let list = AppointmentList {
        next: None,
        items: vec![appointment()],
    };
    one("appointment_list", list).check(files);
    let zone = TimeZoneOf {
        time_zone: "Europe/Berlin".to_owned(),
    };
    one("time_zone_of", zone).check(files);
    let outcomes = OutcomeList {
        next: None,
        items: vec![CallOutcomes {
            call: CALL,
            ended_at: at(),
            versions: vec![OutcomeView {
                call: CALL,
                version: 1,
                noted: Noted {
                    outcome: Outcome::CallAgain { due_at: at() },
                    note: Some(OutcomeNote::new("Asks her partner first").unwrap()),
                },
                by: seller(),
                at: at(),
            }],
        }],
    };
    one("outcome_list", outcomes).check(files);
    let call_backs = CallBackList {
        next: None,
        items: vec![CallBackView {
            call_back: CALL_BACK,
            thread: THREAD,
            title: "Coaching Pro".to_owned(),
            buyer: buyer(),
            reason: CallBackReason::Missed,
            due_at: at(),
            since: at(),
            version: 1,
        }],
    };
    one("call_back_list", call_backs).check(files);
    join(files);
}

fn join(files: &mut BTreeSet<String>) {
    let proof = ProofView {
        proof: Proof::LinkToGivenContact {
            channel: Channel::Sms,
        },
        hint: Some("j…@lind.example".to_owned()),
        asks_address: false,
        code_until: Some(at()),
    };
    one("proof_view", proof).check(files);
    let code = "482915".to_owned();
    let email = Some("jonas@lind.example".to_owned());
    let asked = AskProofCode {
        email: email.clone(),
    };
    one("ask_proof_code", asked).check(files);
    one("proof_code", ProofCode { email, code }).check(files);
    let typed = PhoneTyped {
        phone: "0341 123456".to_owned(),
        country: Some("DE".to_owned()),
    };
    one("phone_typed", typed).check(files);
    let understood = PhoneUnderstood {
        number: "+49 341 123456".to_owned(),
        country: "DE".to_owned(),
    };
    one("phone_understood", understood).check(files);
    let token = "5f".repeat(32);
    let view = JoinView {
        vendor_name: "Nordlicht Akademie".to_owned(),
        seller: "Mara König".to_owned(),
        channel: Channel::Sms,
        hint: "…56".to_owned(),
        code_until: Some(at()),
    };
    one("join_view", view).check(files);
    one(
        "join_token",
        JoinToken {
            token: token.clone(),
        },
    )
    .check(files);
    let code = "482915".to_owned();
    one("join_code", JoinCode { token, code }).check(files);
    one("join_entered", JoinEntered { thread: THREAD }).check(files);
    let links = JoinLinkList {
        links: vec![JoinLinkView {
            link: JOIN_LINK,
            version: 2,
            phase: JoinLinkPhase::Sent,
            channel: Channel::Mail,
            hint: "j…@lind.example".to_owned(),
            by: Some(seller()),
            made_at: at(),
            expires_at: at(),
        }],
    };
    one("join_link_list", links).check(files);
}
