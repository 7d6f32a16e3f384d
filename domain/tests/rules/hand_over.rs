use crate::support::{at, uuid};
use orderline_domain::{
    call::{
        CallEndReason, CallSide,
        hand_over::{After, HAND_OVER_SECONDS, InvalidHandOver, Lane, SellerSide, WhyRefused},
        seat::Seat,
    },
    ids::UserId,
    text::{CallNote, DeclineReason},
};
use proptest::prelude::*;

fn user(n: u128) -> UserId {
    UserId::from_uuid(uuid(n))
}

fn asked() -> SellerSide {
    let note = CallNote::new("She wants the Saturday course").ok();
    SellerSide::begins(user(1))
        .ask(user(2), Seat(2), note, at(0))
        .unwrap()
}

#[test]
fn x13_a_call_is_handed_over() {
    let both = asked().accept(user(2), at(5)).unwrap();
    let people: Vec<(UserId, Seat, Lane)> = both
        .people()
        .map(|it| (it.user, it.seat, it.lane))
        .collect();
    assert_eq!(
        people,
        [
            (user(1), Seat::SELLER, Lane::First),
            (user(2), Seat(2), Lane::Second)
        ]
    );
    let alone = both.leave(user(1)).unwrap();
    assert_eq!(alone.seller().user, user(2));
    assert!(!alone.has(user(1)));
    // And back: each keeps their seat, and the lane is the one that is free.
    let back = alone.ask(user(1), Seat::SELLER, None, at(9)).unwrap();
    assert_eq!(
        back.asked().map(|it| (it.seat, it.lane)),
        Some((Seat::SELLER, Lane::First))
    );
}

#[test]
fn who_was_asked_is_not_in_the_call_before_they_came() {
    let asked = asked();
    assert!(asked.has(user(1)) && !asked.has(user(2)));
    assert_eq!(
        asked.clone().accept(user(3), at(1)),
        Err(InvalidHandOver::NotAsked)
    );
    assert_eq!(
        asked.clone().ask(user(3), Seat(3), None, at(1)),
        Err(InvalidHandOver::AlreadyAsked)
    );
    assert_eq!(
        asked.clone().leave(user(1)),
        Err(InvalidHandOver::NobodyElse)
    );
    let reason = DeclineReason::new("I am at the counter").ok();
    let declined = asked.decline(user(2), reason.clone()).unwrap();
    let SellerSide::Alone {
        seller,
        last: Some(last),
    } = declined.clone()
    else {
        panic!("{declined:?}");
    };
    assert_eq!((seller.user, last.colleague), (user(1), user(2)));
    assert_eq!(last.why, WhyRefused::Declined { reason });
    assert_eq!(
        declined.accept(user(2), at(9)),
        Err(InvalidHandOver::NotAsked)
    );
}

#[test]
fn a_colleague_who_does_not_answer_is_asked_no_longer() {
    let last = i64::from(HAND_OVER_SECONDS);
    assert!(!asked().has_run_out(at(last - 1)));
    assert!(asked().has_run_out(at(last)));
    assert!(!SellerSide::begins(user(1)).has_run_out(at(last)));
    let over = asked().over();
    assert!(
        matches!(over, SellerSide::Alone { last: Some(last), .. } if last.why == WhyRefused::CallOver)
    );
}

#[test]
fn nonsense_is_refused() {
    let alone = SellerSide::begins(user(1));
    for (user, seat, expected) in [
        (user(1), Seat(2), InvalidHandOver::Oneself),
        (user(2), Seat::BUYER, InvalidHandOver::NoSeat),
        (user(2), Seat::SELLER, InvalidHandOver::NoSeat),
        (user(2), Seat(Seat::COUNT), InvalidHandOver::NoSeat),
    ] {
        assert_eq!(alone.clone().ask(user, seat, None, at(0)), Err(expected));
    }
    assert_eq!(
        alone.clone().leave(user(1)),
        Err(InvalidHandOver::NobodyElse)
    );
    let both = asked().accept(user(2), at(1)).unwrap();
    assert_eq!(
        both.ask(user(3), Seat(3), None, at(2)),
        Err(InvalidHandOver::Two)
    );
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Ask(u128),
    Accept(u128),
    Decline(u128),
    Refuse,
    Leave(u128),
    Gone(u128),
    BuyerGone,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 1_u128..5;
    let one = prop_oneof![
        6 => who.clone().prop_map(Step::Ask),
        6 => who.clone().prop_map(Step::Accept),
        1 => who.clone().prop_map(Step::Decline),
        1 => Just(Step::Refuse),
        3 => who.clone().prop_map(Step::Leave),
        2 => who.prop_map(Step::Gone),
        1 => Just(Step::BuyerGone),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// Whatever happens in whatever order: one or two speak for the seller, in lanes and seats of their own, and never
    /// in the buyer's; the call ends exactly when the buyer or the last of them has gone.
    #[test]
    fn one_or_two_speak_for_the_seller_until_the_last_has_gone(steps in steps()) {
        let mut side = SellerSide::begins(user(1));
        for step in steps {
            let before = side.clone();
            let next = match step {
                Step::Ask(n) => side.ask(user(n), Seat(u8::try_from(n).unwrap() + 1), None, at(1)),
                Step::Accept(n) => side.accept(user(n), at(2)),
                Step::Decline(n) => side.decline(user(n), None),
                Step::Refuse => side.refused(WhyRefused::NoAnswer),
                Step::Leave(n) => side.leave(user(n)),
                Step::Gone(n) => match side.gone(CallSide::Seller, user(n)) {
                    After::GoesOn(side) => Ok(side),
                    After::Ends(reason) => {
                        prop_assert_eq!(reason, CallEndReason::HungUpBySeller);
                        prop_assert_eq!(before.people().count(), 1);
                        prop_assert!(before.has(user(n)));
                        return Ok(());
                    }
                },
                Step::BuyerGone => {
                    let after = side.gone(CallSide::Buyer, user(9));
                    prop_assert_eq!(after, After::Ends(CallEndReason::HungUpByBuyer));
                    return Ok(());
                }
            };
            // A step that is not allowed changes nothing.
            side = next.unwrap_or_else(|_| before.clone());
            let people: Vec<_> = side.people().chain(side.asked()).collect();
            prop_assert!((1..=2).contains(&people.len()));
            for one in &people {
                prop_assert!(!one.seat.is_buyer());
                prop_assert!(one.seat.exists());
            }
            if let [one, other] = people[..] {
                prop_assert_ne!(one.user, other.user);
                prop_assert_ne!(one.seat, other.seat);
                prop_assert_ne!(one.lane, other.lane);
            }
            // Nobody comes in who was not asked before.
            for one in side.people() {
                prop_assert!(before.has(one.user) || before.asked() == Some(one));
            }
            // It comes back from storage as it went in.
            let stored = serde_json::to_value(&side).unwrap();
            prop_assert_eq!(serde_json::from_value::<SellerSide>(stored).unwrap(), side.clone());
        }
    }
}
