use crate::support::{ORDER, RECORDING, SELLER, THREAD, at, eur, uuid};
use jiff::SignedDuration;
use orderline_domain::{
    digest::Digest,
    ids::{OfferId, VendorId},
    order::{
        CancelReason, ContractBasis, Order, OrderState, Placing,
        acceptance::{ACCEPT_DAYS, Asked, NotAccepted, Words},
    },
    people::proof::Proof,
};
use proptest::prelude::*;

fn order(basis: ContractBasis) -> Order {
    Order::place(Placing {
        id: ORDER,
        vendor: VendorId::from_uuid(uuid(80)),
        thread: THREAD,
        number: 10_482,
        offer: OfferId::from_uuid(uuid(71)),
        revision: 4,
        revision_hash: Digest::of(b"revision"),
        total: eur("2280"),
        basis,
        proof: Proof::Password,
        placed_at: at(0),
        placed_by: SELLER,
    })
}

fn waiting() -> Order {
    order(ContractBasis::WrittenConfirmation)
}

const FORTNIGHT: i64 = ACCEPT_DAYS * 24 * 3_600;

proptest! {
    /// X8: up to the last moment an order can be accepted, and not after it; it lapses after it, and not before.
    #[test]
    fn x8_an_order_is_accepted_in_time_or_lapses(passed in 0..2 * FORTNIGHT) {
        let asked = Asked::at(at(0));
        let now = at(passed);
        let accepted = asked.accept(waiting(), now);
        let lapsed = asked.lapse(waiting(), now);
        if passed <= FORTNIGHT {
            prop_assert_eq!(accepted.unwrap().state, OrderState::Placed);
            prop_assert_eq!(lapsed, Err(NotAccepted::NotLapsed));
        } else {
            prop_assert_eq!(accepted, Err(NotAccepted::Lapsed));
            let reason = CancelReason::NotConfirmed;
            prop_assert_eq!(lapsed.unwrap().state, OrderState::Cancelled { reason, at: now });
        }
    }

    /// X8: whatever is tried in whatever order, an order is decided once.
    #[test]
    fn x8_an_order_is_decided_once(steps in prop::collection::vec((0..3_u8, 0..2 * FORTNIGHT), 1..12)) {
        let asked = Asked::at(at(0));
        let mut order = waiting();
        let mut decisions = 0;
        for (step, passed) in steps {
            let now = at(passed);
            let done = match step {
                0 => asked.accept(order.clone(), now),
                1 => asked.refuse(order.clone(), now),
                _ => asked.lapse(order.clone(), now),
            };
            if let Ok(after) = done {
                decisions += 1;
                order = after;
            }
        }
        prop_assert!(decisions <= 1, "{decisions} decisions");
        prop_assert_eq!(decisions == 0, order.state == OrderState::AwaitingWrittenConfirmation);
    }
}

#[test]
fn x8_an_order_on_a_recording_waits_for_no_acceptance() {
    let recording = ContractBasis::Recording {
        recording: RECORDING,
    };
    let asked = Asked::at(at(0));
    assert_eq!(order(recording).state, OrderState::Placed);
    assert!(asked.accept(order(recording), at(1)).is_err());
    assert!(asked.refuse(order(recording), at(1)).is_err());
    let late = at(0) + SignedDuration::from_hours(24 * 365);
    assert!(asked.lapse(order(recording), late).is_err());
}

#[test]
fn the_words_and_the_button_are_both_hashed() {
    let words = Words {
        language: "en".to_owned(),
        text: "This binds you.".to_owned(),
        button: "Order with obligation to pay".to_owned(),
    };
    let other = Words {
        button: "Order".to_owned(),
        ..words.clone()
    };
    assert_ne!(words.hash(), other.hash());
    assert_eq!(
        words.hash(),
        Digest::of(b"This binds you.\nOrder with obligation to pay")
    );
}
