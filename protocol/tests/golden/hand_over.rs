//! A call that is handed over, as the two of the seller's side see it.

use super::{
    Family,
    samples::{CALL, SELLER, THREAD, at, buyer, call, one, seller},
};
use orderline_domain::call::{hand_over::Lane, seat::Seat};
use orderline_protocol::{
    call::{CallView, MediaState, PeerView, SellersView},
    hand_over::{
        ColleagueList, ColleagueView, HandOverState, HandOverStep, HandOverView, OpenHandOvers,
    },
    person::Person,
};
use std::collections::BTreeSet;

fn colleague() -> Person {
    Person {
        name: "Piet Jansen".to_owned(),
        ..seller()
    }
}

pub(crate) fn hand_over(state: HandOverState) -> HandOverView {
    HandOverView {
        call: CALL,
        thread: THREAD,
        title: "Akademie-Jahreskurs".to_owned(),
        recorded: true,
        version: 6,
        from: seller(),
        to: colleague(),
        buyer: buyer(),
        note: Some("She wants the Saturday course".to_owned()),
        since: at(),
        until: at(),
        state,
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    let reason = Some("I am at the counter".to_owned());
    Family {
        name: "hand_over_step",
        values: vec![
            (
                "ask",
                HandOverStep::Ask {
                    colleague: SELLER,
                    note: Some("She wants the Saturday course".to_owned()),
                },
            ),
            ("withdraw", HandOverStep::Withdraw),
            ("accept", HandOverStep::Accept),
            (
                "decline",
                HandOverStep::Decline {
                    reason: reason.clone(),
                },
            ),
            ("leave", HandOverStep::Leave),
        ],
    }
    .check(files);
    Family {
        name: "hand_over_state",
        values: vec![
            ("accepted", HandOverState::Accepted),
            ("declined", HandOverState::Declined { reason }),
            ("no_answer", HandOverState::NoAnswer),
            ("withdrawn", HandOverState::Withdrawn),
            ("line_lost", HandOverState::LineLost),
            ("call_over", HandOverState::CallOver),
        ],
    }
    .check(files);
    one(
        "colleague_list",
        ColleagueList {
            colleagues: vec![ColleagueView {
                person: colleague(),
                online: true,
                busy: false,
            }],
        },
    )
    .check(files);
    one(
        "open_hand_overs",
        OpenHandOvers {
            open: vec![hand_over(HandOverState::Asked)],
        },
    )
    .check(files);
    one(
        "call_handed_over",
        CallView {
            sellers: Some(SellersView {
                seller: seller(),
                colleague: Some(colleague()),
            }),
            ..*call()
        },
    )
    .check(files);
    one(
        "second_peer",
        PeerView {
            user: SELLER,
            name: colleague().name,
            seat: Seat(2),
            connected: true,
            media: MediaState::default(),
            line: None,
            lane: Lane::Second,
        },
    )
    .check(files);
}
