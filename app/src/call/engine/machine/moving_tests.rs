//! Two ways: private calls, and the change-over to the relay and back while the call runs.

use super::{
    tests::{OWN, RECORDED, call_in, dropped, frame, join, line, sdp_of, tickets},
    *,
};
use crate::call::engine::leg::{ANSWERER_WAITS_MS, SHAKY_MS};
use orderline_domain::call::safety::{Fingerprint, Nonce, commitment};
use orderline_protocol::call::PeerSignal;

/// The other side's certificate and nonce.
pub(super) const OTHER: [u8; 32] = [2; 32];
pub(super) const NONCE: [u8; 16] = [3; 16];

pub(super) fn private(version: i64) -> CallView {
    call_in(ModeView::Private, CallPhase::Active, version)
}

pub(super) fn recorded(version: i64) -> CallView {
    call_in(RECORDED, CallPhase::Active, version)
}

fn link(machine: &mut Machine, now: u64, peer: u32, link: Link) -> Vec<Effect> {
    machine.step(now, 0, Input::Link { peer, link })
}

fn made(effects: &[Effect]) -> Vec<u32> {
    effects
        .iter()
        .filter_map(|it| match it {
            Effect::MakePeer { peer, .. } => Some(*peer),
            _ => None,
        })
        .collect()
}

fn presented(effects: &[Effect]) -> Vec<u32> {
    effects
        .iter()
        .filter_map(|it| match it {
            Effect::Present { peer } => Some(*peer),
            _ => None,
        })
        .collect()
}

/// What is told about the link of the browsers.
fn told(effects: &[Effect]) -> Vec<bool> {
    effects
        .iter()
        .filter_map(|it| match it {
            Effect::Send {
                frame: CallClientFrame::Link { up },
                ..
            } => Some(*up),
            _ => None,
        })
        .collect()
}

/// The server pairs this private leg with the other side's, and the browsers meet; answers the new connection.
fn meet(
    machine: &mut Machine,
    now: u64,
    leg: u32,
    pair: u64,
    initiator: bool,
) -> (u32, Vec<Effect>) {
    let mut out = machine.step(
        now,
        0,
        frame(leg, CallServerFrame::Pair { pair, initiator }),
    );
    let peer = *made(&out).first().expect("a connection for the pair");
    let say = |body| frame(leg, CallServerFrame::Private { pair, body });
    let promise = commitment(&Nonce::from_bytes(NONCE), &Fingerprint::from_bytes(OTHER));
    let commit = say(PeerSignal::Commit {
        commitment: promise.to_string(),
    });
    let own = || Input::Described {
        peer,
        sdp: Some(sdp_of(OWN)),
    };
    let theirs = Input::RemoteSet {
        peer,
        found: Some(Fingerprint::from_bytes(OTHER)),
    };
    let reveal = say(PeerSignal::Reveal {
        nonce: Nonce::from_bytes(NONCE).to_string(),
    });
    let sdp = sdp_of(OTHER);
    let steps = if initiator {
        vec![
            commit,
            own(),
            say(PeerSignal::Answer { sdp }),
            theirs,
            reveal,
        ]
    } else {
        vec![
            commit,
            say(PeerSignal::Offer { sdp }),
            theirs,
            own(),
            reveal,
        ]
    };
    for step in steps {
        out.extend(machine.step(now, 0, step));
    }
    out.extend(link(machine, now, peer, Link::Connected));
    (peer, out)
}

/// A private call that runs: leg 1, connection 2.
fn in_private() -> Machine {
    let mut machine = Machine::default();
    machine.step(0, 0, Input::Enter(Box::new(private(1))));
    join(&mut machine, 0, 1, false, &private(1));
    let (peer, out) = meet(&mut machine, 0, 1, 1, true);
    assert_eq!(
        (peer, presented(&out), told(&out)),
        (2, vec![2], vec![true])
    );
    machine
}

pub(super) fn moved(leg: u32, route: Route) -> Input {
    frame(leg, CallServerFrame::Moved { route })
}

/// The browsers' way and the relay's, one beside the other: leg and connection 3 to the relay.
fn changing_over() -> Machine {
    let mut machine = in_private();
    let out = machine.step(10, 0, Input::News(Box::new(recorded(2))));
    assert_eq!((tickets(&out), made(&out)), (vec![3], vec![3]));
    let mut out = join(&mut machine, 20, 3, true, &recorded(2));
    out.extend(link(&mut machine, 30, 3, Link::Connected));
    assert_eq!((presented(&out), dropped(&out)), (vec![], vec![]));
    machine
}

#[test]
fn a_private_leg_joins_without_an_offer_and_waits_for_the_other_side() {
    let mut machine = Machine::default();
    let out = machine.step(0, 0, Input::Enter(Box::new(private(1))));
    assert!(out.iter().any(|it| matches!(it, Effect::MakeIdentity)));
    assert!(made(&out).is_empty());
    let out = join(&mut machine, 0, 1, false, &private(1));
    assert!(out.iter().any(|it| matches!(
        it,
        Effect::Send {
            frame: CallClientFrame::Join { sdp: None, .. },
            ..
        }
    )));
    assert_eq!(line(&machine), Line::Connecting);
    machine.step(7_000, 0, frame(1, CallServerFrame::Pong { n: 1 }));
    assert!(
        dropped(&machine.step(14_000, 0, Input::Tick)).is_empty(),
        "the other side may take its time"
    );
    let (_, out) = meet(&mut machine, 14_000, 1, 1, false);
    assert_eq!((presented(&out), told(&out)), (vec![2], vec![true]));
    assert_eq!(line(&machine), Line::Connected);
    assert!(matches!(
        machine.shown().expect("in a call").safety,
        Safety::Code(_)
    ));
}

#[test]
fn the_private_way_carries_until_both_flow_over_the_relay() {
    let mut machine = changing_over();
    assert!(machine.shown().expect("in a call").moving);
    assert_eq!(line(&machine), Line::Connected);
    let out = machine.step(40, 0, moved(1, Route::Relay));
    assert_eq!((presented(&out), dropped(&out)), (vec![3], vec![]));
    assert!(!machine.shown().expect("in a call").moving);
    let out = machine.step(40 + RETIRE_MS, 0, Input::Tick);
    assert_eq!(dropped(&out), vec![2]);
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::DropLeg { leg: 1 }))
    );
}

#[test]
fn and_back_again() {
    let mut machine = changing_over();
    machine.step(40, 0, moved(3, Route::Relay));
    machine.step(40 + RETIRE_MS, 0, Input::Tick);
    let out = machine.step(2_000, 0, Input::News(Box::new(private(3))));
    assert_eq!(tickets(&out), vec![4]);
    join(&mut machine, 2_000, 4, false, &private(3));
    let (peer, out) = meet(&mut machine, 2_010, 4, 2, false);
    assert_eq!((peer, presented(&out), told(&out)), (5, vec![], vec![true]));
    let out = machine.step(2_020, 0, moved(3, Route::Private));
    assert_eq!(presented(&out), vec![5]);
    let out = machine.step(2_020 + RETIRE_MS, 0, Input::Tick);
    assert_eq!(dropped(&out), vec![3]);
}

#[test]
fn moved_before_this_side_saw_its_own_connection_waits_for_it() {
    let mut machine = in_private();
    machine.step(10, 0, Input::News(Box::new(recorded(2))));
    join(&mut machine, 20, 3, true, &recorded(2));
    let out = machine.step(30, 0, moved(3, Route::Relay));
    assert_eq!((presented(&out), dropped(&out)), (vec![], vec![]));
    assert_eq!(line(&machine), Line::Reconnecting);
    let out = link(&mut machine, 40, 3, Link::Connected);
    assert_eq!(presented(&out), vec![3]);
}

#[test]
fn a_change_that_is_taken_back_leaves_everything_as_it_was() {
    let mut machine = changing_over();
    let out = machine.step(50, 0, Input::News(Box::new(private(3))));
    assert_eq!((dropped(&out), presented(&out)), (vec![3], vec![]));
    assert_eq!(line(&machine), Line::Connected);
    assert!(!machine.shown().expect("in a call").moving);
}

#[test]
fn a_relay_that_cannot_be_reached_is_tried_again_and_the_private_way_goes_on() {
    let mut machine = in_private();
    machine.step(10, 0, Input::News(Box::new(recorded(2))));
    let out = link(&mut machine, 20, 3, Link::Failed);
    assert_eq!((dropped(&out), tickets(&out)), (vec![3], vec![4]));
    assert_eq!(line(&machine), Line::Connected);
}

#[test]
fn a_private_way_that_breaks_during_the_change_is_not_made_anew() {
    let mut machine = changing_over();
    let out = link(&mut machine, 50, 2, Link::Failed);
    assert_eq!((dropped(&out), tickets(&out)), (vec![2], vec![]));
    assert_eq!(presented(&out), vec![3], "the relay is there already");
}

#[test]
fn a_private_leg_whose_socket_dies_sounds_on_and_meets_anew() {
    let mut machine = in_private();
    let out = machine.step(100, 0, Input::SocketClosed { leg: 1 });
    assert_eq!((tickets(&out), dropped(&out)), (vec![3], vec![]));
    let out = join(&mut machine, 110, 3, false, &private(1));
    assert_eq!(
        told(&out),
        vec![true],
        "the browsers were connected all along"
    );
    assert_eq!(line(&machine), Line::Connected);
    let (peer, out) = meet(&mut machine, 120, 3, 2, true);
    assert_eq!((presented(&out), dropped(&out)), (vec![peer], vec![]));
    assert_eq!(
        dropped(&machine.step(120 + RETIRE_MS, 0, Input::Tick)),
        vec![2]
    );
}

#[test]
fn the_other_side_came_back_and_the_former_connection_goes_once_the_new_one_stands() {
    let mut machine = in_private();
    let before = machine.shown().expect("in a call").safety;
    let (peer, out) = meet(&mut machine, 100, 1, 2, true);
    assert_eq!((peer, presented(&out)), (3, vec![3]));
    assert!(tickets(&out).is_empty());
    assert_eq!(machine.shown().expect("in a call").safety, before);
    assert_eq!(
        dropped(&machine.step(100 + RETIRE_MS, 0, Input::Tick)),
        vec![2]
    );
}

#[test]
fn who_answers_gives_who_offers_the_first_go() {
    for (initiator, patience) in [(true, SHAKY_MS), (false, SHAKY_MS + ANSWERER_WAITS_MS)] {
        let mut machine = Machine::default();
        machine.step(0, 0, Input::Enter(Box::new(private(1))));
        join(&mut machine, 0, 1, false, &private(1));
        let (peer, _) = meet(&mut machine, 0, 1, 1, initiator);
        let out = link(&mut machine, 1_000, peer, Link::Disconnected);
        assert_eq!(told(&out), vec![false]);
        assert!(tickets(&machine.step(1_000 + patience - 1, 0, Input::Tick)).is_empty());
        assert_eq!(
            tickets(&machine.step(1_000 + patience, 0, Input::Tick)),
            vec![3]
        );
    }
}

#[test]
fn another_certificate_than_the_promised_one_drops_the_pair_and_is_shown() {
    let mut machine = Machine::default();
    machine.step(0, 0, Input::Enter(Box::new(private(1))));
    join(&mut machine, 0, 1, false, &private(1));
    machine.step(
        0,
        0,
        frame(
            1,
            CallServerFrame::Pair {
                pair: 1,
                initiator: false,
            },
        ),
    );
    let say = |body| frame(1, CallServerFrame::Private { pair: 1, body });
    let promise = commitment(&Nonce::from_bytes(NONCE), &Fingerprint::from_bytes(OTHER));
    machine.step(
        0,
        0,
        say(PeerSignal::Commit {
            commitment: promise.to_string(),
        }),
    );
    machine.step(
        0,
        0,
        say(PeerSignal::Offer {
            sdp: sdp_of([9; 32]),
        }),
    );
    machine.step(
        0,
        0,
        Input::RemoteSet {
            peer: 2,
            found: Some(Fingerprint::from_bytes([9; 32])),
        },
    );
    let out = machine.step(
        0,
        0,
        say(PeerSignal::Reveal {
            nonce: Nonce::from_bytes(NONCE).to_string(),
        }),
    );
    assert_eq!(dropped(&out), vec![2]);
    assert_eq!(machine.shown().expect("in a call").safety, Safety::Forged);
}

#[test]
fn signals_of_another_pair_change_nothing() {
    let mut machine = in_private();
    let late = PeerSignal::Commit {
        commitment: "nonsense".to_owned(),
    };
    let out = machine.step(
        5,
        0,
        frame(
            1,
            CallServerFrame::Private {
                pair: 9,
                body: late,
            },
        ),
    );
    assert!(out.is_empty());
    assert!(matches!(
        machine.shown().expect("in a call").safety,
        Safety::Code(_)
    ));
}
