//! X13: a colleague comes into the call, and the one who asked leaves it.

use super::*;
use orderline_domain::call::hand_over::{AWAY_SECONDS, HAND_OVER_SECONDS, Lane};
use orderline_protocol::call::PeerView;

const COLLEAGUE: Seat = Seat(2);

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn ask(world: &mut World) {
    let now = at(world.now).wall;
    assert!(world.side(|side| side.ask(user(3), COLLEAGUE, None, now)));
}

fn come(world: &mut World) {
    let now = at(world.now).wall;
    assert!(world.side(|side| side.accept(user(3), now)));
}

/// A recorded call of two.
fn recorded_call() -> World {
    let mut world = World::new(recorded(9));
    world.join(SELLER, 1, Route::Relay);
    world.join(BUYER, 2, Route::Relay);
    world.connected(1);
    world.connected(2);
    assert_eq!(world.state(), "active");
    world
}

/// A private call of two.
fn private_call() -> World {
    let mut world = World::new(CallMode::Private);
    world.join(SELLER, 1, Route::Private);
    world.join(BUYER, 2, Route::Private);
    world.link(1, true);
    world.link(2, true);
    assert_eq!(world.state(), "active");
    world.asked();
    world
}

/// The peers that this leg is told of at its join.
fn peers(world: &mut World, seat: Seat, n: u128) -> Vec<PeerView> {
    let effects = world.room.step(
        Input::Joined(Box::new(NewLeg {
            seat,
            leg: leg(n),
            epoch: 1,
            sdp: Some(String::new()),
            ice: Vec::new(),
            relay_only: false,
            media: MediaState::default(),
        })),
        at(world.now),
    );
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Send {
                leg: to,
                frame: CallServerFrame::Peer { peer },
            } if to == leg(n) => Some(peer),
            _ => None,
        })
        .collect()
}

#[test]
fn x13_a_recorded_call_goes_on_with_three_and_then_with_the_colleague() {
    let mut world = recorded_call();
    ask(&mut world);
    come(&mut world);
    assert_eq!(
        world.state(),
        "active",
        "whoever is still to come interrupts nothing"
    );
    let lanes: Vec<(Seat, Lane)> = peers(&mut world, COLLEAGUE, 3)
        .iter()
        .map(|it| (it.seat, it.lane))
        .collect();
    assert_eq!(lanes, [(SELLER, Lane::Second), (BUYER, Lane::First)]);
    world.connected(3);
    world.asked();
    assert!(world.side(|side| side.leave(user(1))));
    assert_eq!(world.asked(), ["left to 1", "close 1", "remove 1"]);
    assert_eq!(world.state(), "active");
    assert_eq!(
        world.relay,
        RelayUse::On {
            recording: Some(recording(9))
        },
        "one recording from beginning to end"
    );
    // The buyer has the colleague where they were.
    let lanes: Vec<(Seat, Lane)> = peers(&mut world, BUYER, 4)
        .iter()
        .map(|it| (it.seat, it.lane))
        .collect();
    assert_eq!(lanes, [(COLLEAGUE, Lane::Second)]);
}

#[test]
fn of_two_one_may_break_off_and_is_taken_for_gone_after_a_while() {
    let mut world = recorded_call();
    ask(&mut world);
    come(&mut world);
    world.join(COLLEAGUE, 3, Route::Relay);
    world.connected(3);
    let last_packet = at(world.now);
    world.take(Input::LegSilent {
        leg: leg(1),
        last_packet,
    });
    assert_eq!(world.state(), "active", "the colleague talks on");
    // A tick notices it.
    world.wait(1_000);
    world.wait(u64::from(AWAY_SECONDS) * 1_000);
    assert_eq!(world.room.call().side.seller().user, user(3));
    assert_eq!(world.state(), "active");
    let last_packet = at(world.now);
    world.take(Input::LegSilent {
        leg: leg(3),
        last_packet,
    });
    assert_eq!(world.state(), "reconnecting");
}

#[test]
fn a_page_that_is_closed_leaves_the_call_to_the_other() {
    let mut world = recorded_call();
    ask(&mut world);
    come(&mut world);
    world.join(COLLEAGUE, 3, Route::Relay);
    world.connected(3);
    world.take(Input::Leaving { leg: leg(1) });
    world.wait(LEFT);
    assert_eq!(world.room.call().side.seller().user, user(3));
    world.take(Input::Leaving { leg: leg(3) });
    world.wait(LEFT);
    assert_eq!(world.state(), "ended", "the last of them has gone");
}

#[test]
fn the_question_ends_with_the_line_of_the_one_who_asks_or_by_itself() {
    let refused = |world: &World| match &world.room.call().side {
        SellerSide::Alone {
            last: Some(last), ..
        } => Some(last.why.clone()),
        _ => None,
    };
    let mut world = recorded_call();
    ask(&mut world);
    let last_packet = at(world.now);
    world.take(Input::LegSilent {
        leg: leg(1),
        last_packet,
    });
    world.wait(250);
    assert_eq!(refused(&world), Some(WhyRefused::LineLost));

    let mut world = recorded_call();
    ask(&mut world);
    world.wait(u64::from(HAND_OVER_SECONDS) * 1_000 - 1);
    assert_eq!(refused(&world), None);
    world.wait(1);
    assert_eq!(refused(&world), Some(WhyRefused::NoAnswer));
}

#[test]
fn x13_in_a_private_call_the_colleague_takes_the_sellers_place_once_connected() {
    let mut world = private_call();
    ask(&mut world);
    come(&mut world);
    world.join(COLLEAGUE, 3, Route::Private);
    assert_eq!(
        world.asked(),
        ["offer to 3", "answer to 2"],
        "the two browsers meet"
    );
    assert_eq!(world.state(), "active", "the seller still talks");
    world.link(3, true);
    assert_eq!(world.asked(), ["left to 1", "close 1"]);
    assert_eq!(world.room.call().side.seller().user, user(3));
    assert_eq!(world.state(), "active");
    assert_eq!(world.relay, RelayUse::Off);
}

#[test]
fn a_colleague_who_cannot_be_reached_leaves_the_private_call_to_the_seller() {
    let mut world = private_call();
    ask(&mut world);
    come(&mut world);
    world.join(COLLEAGUE, 3, Route::Private);
    world.asked();
    world.wait(u64::from(AWAY_SECONDS) * 1_000);
    assert_eq!(
        world.asked(),
        ["left to 3", "close 3", "offer to 1", "answer to 2"]
    );
    assert_eq!(world.room.call().side.seller().user, user(1));
    assert_eq!(world.state(), "active");
}

#[test]
fn a_recording_that_ends_with_three_leaves_the_colleague_and_the_buyer_in_private() {
    let mut world = recorded_call();
    ask(&mut world);
    come(&mut world);
    world.join(COLLEAGUE, 3, Route::Relay);
    world.connected(3);
    world.mode(CallMode::Private);
    for (seat, n) in [(SELLER, 11), (BUYER, 12), (COLLEAGUE, 13)] {
        world.join(seat, n, Route::Private);
    }
    world.asked();
    world.link(12, true);
    world.link(13, true);
    let asked = world.asked();
    assert!(asked.contains(&"left to 11".to_owned()), "{asked:?}");
    assert_eq!(world.room.call().side.seller().user, user(3));
    assert_eq!(world.state(), "active");
    world.wait(RETIRE_MS);
    assert_eq!(world.relay, RelayUse::Off, "nothing private over the relay");
}
