//! The room without a server around it: private, recorded, and the ways between.

#![expect(clippy::expect_used, reason = "tests say so")]

use super::*;
use orderline_domain::{
    call::{
        CallSide, LEAVE_SECONDS,
        hand_over::{After, InvalidHandOver, SellerSide, WhyRefused},
        mode::{CallMode, RecordWhen},
        notice::RecordingNotice,
    },
    digest::Digest,
    ids::{CallId, NodeId, ThreadId, VendorId},
    people::{person::Person, roles::Role},
};
use orderline_protocol::call::{MediaState, PeerSignal};
use std::collections::BTreeSet;
use uuid::Uuid;

#[path = "room_hand_over.rs"]
mod hand_over;
#[path = "room_props.rs"]
mod props;
#[path = "room_world.rs"]
mod world;

use world::World;

const SELLER: Seat = Seat::SELLER;
const BUYER: Seat = Seat::BUYER;
/// Milliseconds after which a closed page has hung up.
const LEFT: u64 = LEAVE_SECONDS as u64 * 1_000;

fn at(ms: u64) -> ClockPair {
    ClockPair {
        node: NodeId::from_uuid(Uuid::from_u128(1)),
        monotonic_ms: ms,
        wall: jiff::Timestamp::from_millisecond(1_800_000_000_000 + ms.cast_signed())
            .unwrap_or_default(),
    }
}

const fn leg(n: u128) -> LegId {
    LegId::from_uuid(Uuid::from_u128(n))
}

const fn recording(n: u128) -> RecordingId {
    RecordingId::from_uuid(Uuid::from_u128(n))
}

fn recorded(n: u128) -> CallMode {
    CallMode::Recorded {
        recording: recording(n),
        since: at(0).wall,
    }
}

fn record(mode: CallMode) -> Call {
    let person = |n, role| Person {
        user: UserId::from_uuid(Uuid::from_u128(n)),
        name: String::new(),
        role,
    };
    Call {
        call: CallId::from_uuid(Uuid::from_u128(5)),
        vendor: VendorId::from_uuid(Uuid::from_u128(6)),
        thread: ThreadId::from_uuid(Uuid::from_u128(7)),
        title: String::new(),
        state: CallState::Connecting {
            accepted_at: at(0).wall,
        },
        mode,
        version: 2,
        caller: person(1, Role::Seller),
        callee: person(2, Role::Buyer),
        side: SellerSide::begins(person(1, Role::Seller).user),
        seller: person(1, Role::Seller),
        colleague: None,
        ringing_since: at(0).wall,
        rings_until: at(0).wall,
        answered_by: None,
        node: at(0).node,
        node_url: String::new(),
        epoch: 1,
        last_media_at: None,
        notice: RecordingNotice {
            policy: "DE".to_owned(),
            version: 1,
            language: "en".to_owned(),
            wording: String::new(),
            wording_hash: Digest::of(b""),
            kept_days: 1,
            when: RecordWhen::ContractTalk,
            may_refuse: true,
            contractual_partner: String::new(),
        },
        recording_since: None,
    }
}

/// Both sides there, privately, over the legs 10 and 20.
fn private() -> World {
    let mut world = World::new(CallMode::Private);
    world.join(SELLER, 10, Route::Private);
    world.join(BUYER, 20, Route::Private);
    world.link(10, true);
    world.link(20, true);
    world
}

/// Both sides there, recorded, over the legs 11 and 21.
fn on_relay() -> World {
    let mut world = private();
    world.mode(recorded(100));
    world.join(SELLER, 11, Route::Relay);
    world.join(BUYER, 21, Route::Relay);
    world.connected(11);
    world.connected(21);
    world
}

#[test]
fn x9_a_private_call_has_nothing_to_do_with_the_relay() {
    let mut world = World::new(CallMode::Private);
    assert_eq!(world.room.may_join(Route::Relay), Err(Code::Conflict));
    world.join(SELLER, 10, Route::Private);
    assert_eq!(world.asked(), [""; 0]);
    world.join(BUYER, 20, Route::Private);
    assert_eq!(world.asked(), ["offer to 10", "answer to 20"]);
    world.link(10, true);
    assert_eq!(world.state(), "connecting");
    world.link(20, true);
    assert_eq!(world.state(), "active");
    let asked = world.asked();
    assert_eq!(
        asked,
        ["moved private to 10", "moved private to 20", "span private"]
    );
}

#[test]
fn the_change_over_makes_the_new_way_before_it_breaks_the_old() {
    let mut world = private();
    world.asked();
    world.mode(CallMode::Asked { since: at(0).wall });
    assert_eq!(world.asked(), [""; 0]);
    assert_eq!(world.room.may_join(Route::Relay), Err(Code::Conflict));
    world.mode(recorded(100));
    assert_eq!(world.asked(), ["relay records 100"]);
    world.join(SELLER, 11, Route::Relay);
    world.join(BUYER, 21, Route::Relay);
    world.connected(11);
    assert_eq!(
        world.asked(),
        [""; 0],
        "nobody is replaced, nothing is told"
    );
    assert_eq!(world.state(), "active");
    world.connected(21);
    let asked = world.asked();
    assert_eq!(
        asked,
        [
            "moved relay to 11",
            "moved relay to 10",
            "moved relay to 21",
            "moved relay to 20",
            "span recorded 100"
        ]
    );
    // The pages let their private legs go; what they do not we close.
    world.take(Input::SocketGone { leg: leg(10) });
    world.wait(RETIRE_MS - 1);
    assert_eq!(world.asked(), [""; 0]);
    world.wait(1);
    assert_eq!(world.asked(), ["close 20"]);
    assert_eq!(world.state(), "active");
    assert_eq!(world.room.may_join(Route::Private), Err(Code::Conflict));
}

#[test]
fn stopping_ends_the_recording_at_once_and_the_relay_when_the_browsers_have_met() {
    let mut world = on_relay();
    world.wait(RETIRE_MS);
    world.asked();
    world.mode(CallMode::Private);
    assert_eq!(world.asked(), ["relay unrecorded"]);
    world.join(SELLER, 12, Route::Private);
    world.join(BUYER, 22, Route::Private);
    assert_eq!(world.asked(), ["offer to 12", "answer to 22"]);
    world.link(12, true);
    assert_eq!(world.state(), "active");
    world.link(22, true);
    let asked = world.asked();
    assert!(
        asked.contains(&"moved private to 11".to_owned()),
        "{asked:?}"
    );
    assert_eq!(asked.last().map(String::as_str), Some("span private"));
    world.wait(RETIRE_MS);
    assert_eq!(
        world.asked(),
        [
            "close 11",
            "remove 11",
            "close 21",
            "remove 21",
            "relay off"
        ]
    );
    assert_eq!(world.state(), "active");
}

#[test]
fn twice_recorded_in_one_call_is_two_recordings_even_without_leaving_the_relay() {
    let mut world = on_relay();
    world.asked();
    world.mode(CallMode::Private);
    world.mode(CallMode::Asked { since: at(0).wall });
    world.mode(recorded(200));
    assert_eq!(
        world.asked(),
        ["relay unrecorded", "relay records 200", "span recorded 200"]
    );
    assert_eq!(world.state(), "active");
}

#[test]
fn a_refusal_moves_nothing() {
    let mut world = private();
    world.asked();
    world.mode(CallMode::Asked { since: at(0).wall });
    world.mode(CallMode::Private);
    world.wait(60_000);
    assert_eq!(world.asked(), [""; 0]);
    assert_eq!(world.state(), "active");
}

#[test]
fn a_change_over_that_is_taken_back_leaves_the_call_where_it_was() {
    let mut world = private();
    world.mode(recorded(100));
    world.join(SELLER, 11, Route::Relay);
    world.connected(11);
    world.asked();
    world.mode(CallMode::Private);
    assert_eq!(world.asked(), ["relay unrecorded"]);
    world.wait(RETIRE_MS);
    assert_eq!(world.asked(), ["close 11", "remove 11", "relay off"]);
    assert_eq!(world.state(), "active");
}

#[test]
fn a_reload_in_a_private_call_makes_a_new_pair() {
    let mut world = private();
    world.asked();
    world.take(Input::Leaving { leg: leg(20) });
    world.take(Input::SocketGone { leg: leg(20) });
    world.wait(2_000);
    assert_eq!(world.state(), "active", "a reload is no interruption yet");
    world.join(BUYER, 22, Route::Private);
    assert_eq!(world.asked(), ["offer to 10", "answer to 22"]);
    world.link(22, true);
    world.wait(60_000);
    assert_eq!(world.state(), "active");
    // What the old leg still says means nothing.
    world.link(20, false);
    assert_eq!(world.state(), "active");
}

#[test]
fn a_slow_reload_that_has_begun_has_the_time_of_a_lost_line() {
    for (back, state) in [(true, "reconnecting"), (false, "ended")] {
        let mut world = private();
        world.take(Input::Leaving { leg: leg(20) });
        world.take(Input::SocketGone { leg: leg(20) });
        world.wait(LEFT - 1_000);
        if back {
            let user = world.room.places[&BUYER].person.user;
            world.take(Input::Here { user });
        }
        world.wait(LEFT - 1_000);
        assert_eq!(world.state(), state);
    }
}

#[test]
fn a_reload_in_the_middle_of_the_change_over_ends_on_the_relay() {
    let mut world = private();
    world.mode(recorded(100));
    world.join(SELLER, 11, Route::Relay);
    world.connected(11);
    world.take(Input::SocketGone { leg: leg(20) });
    world.wait(1_000);
    world.asked();
    // The page that comes back goes where the mode is.
    world.join(BUYER, 21, Route::Relay);
    world.connected(21);
    let asked = world.asked();
    assert!(asked.contains(&"moved relay to 21".to_owned()), "{asked:?}");
    assert_eq!(asked.last().map(String::as_str), Some("span recorded 100"));
    world.wait(60_000);
    assert_eq!(world.state(), "active");
}

#[test]
fn a_leg_that_is_lost_in_the_middle_of_the_change_over_leaves_the_old_way_going() {
    let mut world = private();
    world.mode(recorded(100));
    world.join(SELLER, 11, Route::Relay);
    world.join(BUYER, 21, Route::Relay);
    world.connected(11);
    world.take(Input::LegClosed {
        leg: leg(11),
        last_packet: at(0),
    });
    world.connected(21);
    world.wait(20_000);
    assert_eq!(world.state(), "active");
    // The page tries again and the call arrives.
    world.asked();
    world.join(SELLER, 13, Route::Relay);
    assert_eq!(world.asked(), ["replaced to 11", "close 11"]);
    world.connected(13);
    assert!(world.asked().contains(&"span recorded 100".to_owned()));
}

#[test]
fn a_private_call_breaks_off_when_a_page_says_so_or_its_socket_stays_away() {
    let mut world = private();
    world.link(10, false);
    assert_eq!(world.state(), "reconnecting");
    world.link(10, true);
    assert_eq!(world.state(), "active");
    world.take(Input::SocketGone { leg: leg(10) });
    world.wait(4_999);
    assert_eq!(world.state(), "active", "the browsers go on without us");
    world.wait(1);
    assert_eq!(world.state(), "reconnecting");
    world.wait(30_000);
    assert_eq!(world.state(), "ended");
    assert_eq!(world.asked().last().map(String::as_str), Some("finish"));
}

#[test]
fn signals_reach_the_other_browser_of_the_pair_alone() {
    let mut world = private();
    let pair = 1_800_000_000_000;
    let say = |world: &mut World, from: u128, pair: u64| {
        world.asked();
        world.take(Input::Signal {
            leg: leg(from),
            pair,
            body: PeerSignal::Answer { sdp: String::new() },
        });
        world.asked()
    };
    assert_eq!(say(&mut world, 20, pair), ["signal to 10"]);
    assert_eq!(say(&mut world, 20, pair - 1), [""; 0], "an older pair's");
    assert_eq!(
        say(&mut world, 20, pair + 1),
        ["refused"],
        "nobody made this pair"
    );
    assert_eq!(say(&mut world, 99, pair), [""; 0], "nobody's leg");
}

#[test]
fn a_second_tab_replaces_the_first() {
    let mut world = private();
    world.asked();
    world.join(BUYER, 22, Route::Private);
    assert_eq!(
        world.asked(),
        ["replaced to 20", "close 20", "offer to 10", "answer to 22"]
    );
    world.link(22, true);
    assert_eq!(world.state(), "active");
}
