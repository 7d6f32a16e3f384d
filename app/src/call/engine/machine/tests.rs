//! One way at a time: the life of the legs to the relay. What two ways have to do with each other stands in
//! `moving_tests`.

use super::*;
use crate::call::engine::leg::{PING_AFTER_MS, SHAKY_MS, SILENT_MS};
use jiff::Timestamp;
use orderline_domain::{
    call::{CallEndReason, mode::RecordWhen, safety::Fingerprint, seat::Seat},
    ids::{LegId, RecordingId, ThreadId, UserId},
    people::roles::Role,
};
use orderline_protocol::{call::RecordingNotice, http::CallTicket, person::Person};
use uuid::Uuid;

pub(in crate::call::engine) const RECORDED: ModeView = ModeView::Recorded {
    since: Timestamp::UNIX_EPOCH,
    recording: RecordingId::from_uuid(Uuid::from_u128(7)),
};

/// A call that is recorded from its first second.
fn call(phase: CallPhase, version: i64) -> CallView {
    call_in(RECORDED, phase, version)
}

pub(in crate::call::engine) fn call_in(mode: ModeView, phase: CallPhase, version: i64) -> CallView {
    let person = |n, name: &str, role| Person {
        user: UserId::from_uuid(Uuid::from_u128(n)),
        name: name.to_owned(),
        role,
    };
    CallView {
        call: CallId::from_uuid(Uuid::from_u128(5)),
        thread: ThreadId::from_uuid(Uuid::from_u128(6)),
        phase,
        version,
        caller: person(1, "Mara König", Role::Seller),
        callee: person(2, "Jana Lind", Role::Buyer),
        ringing_since: Timestamp::UNIX_EPOCH,
        rings_until: Timestamp::UNIX_EPOCH,
        started_at: None,
        ended_at: None,
        duration_ms: None,
        end_reason: (phase == CallPhase::Ended).then_some(CallEndReason::HungUpByBuyer),
        mode,
        notice: RecordingNotice {
            policy: "DE".to_owned(),
            version: 1,
            language: "en".to_owned(),
            wording: "words".to_owned(),
            wording_hash: "hash".to_owned(),
            kept_days: 3650,
            when: RecordWhen::ContractTalk,
            may_refuse: true,
            contractual_partner: "Orderline Platform Ltd.".to_owned(),
        },
        recording_since: None,
        sellers: None,
    }
}

pub(super) fn ticket() -> CallTicket {
    CallTicket {
        url: "wss://node/call".to_owned(),
        ticket: "t".to_owned(),
        expires_at: Timestamp::UNIX_EPOCH,
    }
}

pub(super) fn joined(relay: bool, call: CallView) -> CallServerFrame {
    CallServerFrame::Joined {
        leg: LegId::from_uuid(Uuid::from_u128(8)),
        epoch: 1,
        seat: Seat::SELLER,
        sdp: relay.then(|| "answer".to_owned()),
        ice: Vec::new(),
        relay_only: false,
        call: Box::new(call),
        at: Timestamp::UNIX_EPOCH,
    }
}

pub(super) fn frame(leg: u32, frame: CallServerFrame) -> Input {
    Input::Frame {
        leg,
        frame: Box::new(frame),
    }
}

/// The certificate of this page.
pub(super) const OWN: [u8; 32] = [1; 32];

pub(super) fn sdp_of(certificate: [u8; 32]) -> String {
    let pairs: Vec<String> = certificate
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("a=fingerprint:sha-256 {}\r\n", pairs.join(":"))
}

/// Drives a leg from its beginning to the Join's answer, for a call that stands like this.
pub(super) fn join(
    machine: &mut Machine,
    now: u64,
    leg: u32,
    relay: bool,
    call: &CallView,
) -> Vec<Effect> {
    let inputs = [
        Input::Identity(Some(Fingerprint::from_bytes(OWN))),
        Input::Ticket {
            leg,
            result: Ok(ticket()),
        },
        Input::Described {
            peer: leg,
            sdp: relay.then(|| "offer".to_owned()),
        },
        Input::SocketOpened { leg },
        frame(leg, joined(relay, call.clone())),
    ];
    inputs
        .into_iter()
        .flat_map(|input| machine.step(now, 0, input))
        .collect()
}

/// Drives a leg to the relay from its beginning to flowing media.
fn connect(machine: &mut Machine, now: u64, leg: u32) -> Vec<Effect> {
    let mut out = join(machine, now, leg, true, &call(CallPhase::Connecting, 2));
    out.extend(machine.step(
        now,
        0,
        Input::Link {
            peer: leg,
            link: Link::Connected,
        },
    ));
    out
}

fn in_call() -> Machine {
    let mut machine = Machine::default();
    machine.step(0, 0, Input::Enter(Box::new(call(CallPhase::Connecting, 1))));
    connect(&mut machine, 0, 1);
    machine
}

pub(super) fn line(machine: &Machine) -> Line {
    machine.shown().expect("in a call").line
}

pub(super) fn tickets(effects: &[Effect]) -> Vec<u32> {
    effects
        .iter()
        .filter_map(|it| {
            if let Effect::FetchTicket { leg, .. } = it {
                Some(*leg)
            } else {
                None
            }
        })
        .collect()
}

/// The connections that are let go.
pub(super) fn dropped(effects: &[Effect]) -> Vec<u32> {
    effects
        .iter()
        .filter_map(|it| {
            if let Effect::DropPeer { peer } = it {
                Some(*peer)
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn the_caller_prepares_while_it_rings_and_joins_when_it_is_accepted() {
    let mut machine = Machine::default();
    let out = machine.step(0, 0, Input::Enter(Box::new(call(CallPhase::Ringing, 1))));
    assert!(out.iter().any(|it| matches!(it, Effect::AskMicrophone)));
    assert!(out.iter().any(|it| matches!(it, Effect::Remember { .. })));
    assert!(tickets(&out).is_empty());
    assert_eq!(line(&machine), Line::Ringing);
    let out = machine.step(9, 0, Input::News(Box::new(call(CallPhase::Connecting, 2))));
    assert_eq!(tickets(&out), vec![1]);
    let out = connect(&mut machine, 10, 1);
    assert!(out.iter().any(|it| matches!(
        it,
        Effect::Send {
            frame: CallClientFrame::Join { .. },
            ..
        }
    )));
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::TakeDescription { .. }))
    );
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Present { peer: 1 }))
    );
    assert_eq!(line(&machine), Line::Connected);
}

#[test]
fn the_join_waits_for_ticket_and_offer_in_either_order() {
    for offer_first in [true, false] {
        let mut machine = Machine::default();
        machine.step(0, 0, Input::Enter(Box::new(call(CallPhase::Connecting, 1))));
        let ticket = Input::Ticket {
            leg: 1,
            result: Ok(ticket()),
        };
        let offer = Input::Described {
            peer: 1,
            sdp: Some("offer".to_owned()),
        };
        let (first, second) = if offer_first {
            (offer, ticket)
        } else {
            (ticket, offer)
        };
        assert!(machine.step(0, 0, first).is_empty());
        assert!(matches!(
            machine.step(0, 0, second).as_slice(),
            [Effect::OpenSocket { leg: 1, .. }]
        ));
    }
}

#[test]
fn a_lost_socket_makes_a_new_leg_and_the_old_one_sounds_on_until_then() {
    let mut machine = in_call();
    let out = machine.step(100, 0, Input::SocketClosed { leg: 1 });
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![]));
    assert_eq!(line(&machine), Line::Reconnecting);
    let out = connect(&mut machine, 200, 2);
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Present { peer: 2 }))
    );
    assert_eq!(line(&machine), Line::Connected);
    assert_eq!(dropped(&out), Vec::<u32>::new());
    let out = machine.step(200 + RETIRE_MS, 0, Input::Tick);
    assert_eq!(dropped(&out), vec![1]);
}

#[test]
fn a_shaky_link_gets_its_time_and_a_failed_one_gets_none() {
    let mut machine = in_call();
    machine.step(
        100,
        0,
        Input::Link {
            peer: 1,
            link: Link::Disconnected,
        },
    );
    assert!(machine.step(100 + SHAKY_MS - 1, 0, Input::Tick).is_empty());
    machine.step(
        100 + SHAKY_MS - 1,
        0,
        Input::Link {
            peer: 1,
            link: Link::Connected,
        },
    );
    assert!(
        machine.step(100 + SHAKY_MS, 0, Input::Tick).is_empty(),
        "it recovered by itself"
    );
    machine.step(
        3_000,
        0,
        Input::Link {
            peer: 1,
            link: Link::Disconnected,
        },
    );
    let out = machine.step(3_000 + SHAKY_MS, 0, Input::Tick);
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![]));
    let out = machine.step(
        6_000,
        0,
        Input::Link {
            peer: 2,
            link: Link::Failed,
        },
    );
    assert_eq!(dropped(&out), vec![2]);
    assert!(
        tickets(&out).is_empty(),
        "the second attempt in a row waits a moment"
    );
    let out = machine.step(6_500, 0, Input::Tick);
    assert_eq!(tickets(&out), vec![3]);
}

#[test]
fn what_was_disturbed_is_heard_again_as_soon_as_it_comes_back_until_a_new_one_stands() {
    let mut machine = in_call();
    let link = |peer, link| Input::Link { peer, link };
    machine.step(0, 0, link(1, Link::Disconnected));
    let out = machine.step(SHAKY_MS, 0, Input::Tick);
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![]));
    assert_eq!(line(&machine), Line::Reconnecting);
    assert!(machine.step(5_000, 0, link(1, Link::Connected)).is_empty());
    let out = connect(&mut machine, 6_000, 2);
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Present { peer: 2 }))
    );
    let out = machine.step(6_000 + RETIRE_MS, 0, Input::Tick);
    assert_eq!(dropped(&out), vec![1]);
}

#[test]
fn a_connection_over_which_nothing_comes_is_replaced_at_once_unless_something_comes_again() {
    let mut machine = in_call();
    let silence = |dead| Input::Silence { peer: 1, dead };
    assert!(machine.step(1_000, 0, silence(false)).is_empty());
    let out = machine.step(5_000, 0, silence(true));
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![]));
    assert!(machine.step(5_500, 0, silence(true)).is_empty());
    let out = connect(&mut machine, 6_000, 2);
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Present { peer: 2 }))
    );
}

#[test]
fn what_an_abandoned_leg_says_changes_nothing() {
    let mut machine = in_call();
    machine.step(100, 0, Input::SocketClosed { leg: 1 });
    for late in [
        Input::SocketClosed { leg: 1 },
        Input::Frame {
            leg: 1,
            frame: Box::new(CallServerFrame::Replaced),
        },
        Input::Ticket {
            leg: 1,
            result: Err(Some(Problem::from(Code::CallOver))),
        },
        Input::Described { peer: 1, sdp: None },
    ] {
        assert!(machine.step(150, 0, late).is_empty());
    }
    let failed = Input::Link {
        peer: 1,
        link: Link::Failed,
    };
    let out = machine.step(150, 0, failed);
    assert_eq!((dropped(&out), tickets(&out)), (vec![1], vec![]));
    assert_eq!(line(&machine), Line::Reconnecting);
}

#[test]
fn a_silent_socket_is_asked_and_then_given_up() {
    let mut machine = in_call();
    let out = machine.step(PING_AFTER_MS, 0, Input::Tick);
    assert!(matches!(
        out.as_slice(),
        [Effect::Send {
            frame: CallClientFrame::Ping { .. },
            ..
        }]
    ));
    assert!(
        machine.step(PING_AFTER_MS + 500, 0, Input::Tick).is_empty(),
        "once is enough"
    );
    machine.step(
        PING_AFTER_MS + 600,
        0,
        Input::Frame {
            leg: 1,
            frame: Box::new(CallServerFrame::Pong { n: 1 }),
        },
    );
    assert!(
        machine
            .step(SILENT_MS, 0, Input::Tick)
            .iter()
            .all(|it| matches!(it, Effect::Send { .. }))
    );
    let out = machine.step(PING_AFTER_MS + 600 + SILENT_MS, 0, Input::Tick);
    assert_eq!(tickets(&out), vec![2]);
}

#[test]
fn hanging_up_gives_everything_back_and_the_servers_words_follow() {
    let mut machine = in_call();
    let out = machine.step(50, 0, Input::HangUp);
    assert!(out.iter().any(|it| matches!(it, Effect::HangUp { .. })));
    assert!(out.iter().any(|it| matches!(it, Effect::ReleaseDevices)));
    assert!(out.iter().any(|it| matches!(it, Effect::Forget)));
    assert_eq!(dropped(&out), vec![1]);
    assert!(!machine.is_in());
    machine.step(60, 0, Input::News(Box::new(call(CallPhase::Ended, 9))));
    assert_eq!(
        line(&machine),
        Line::Over(Over::Ended(Some(CallEndReason::HungUpByBuyer)))
    );
    assert!(machine.step(70, 0, Input::HangUp).is_empty());
}

#[test]
fn another_tab_takes_the_call_over_and_this_one_does_not_fight_back() {
    let mut machine = in_call();
    machine.step(
        50,
        0,
        Input::Frame {
            leg: 1,
            frame: Box::new(CallServerFrame::Replaced),
        },
    );
    assert_eq!(line(&machine), Line::Over(Over::Elsewhere));
    machine.step(60, 0, Input::SocketClosed { leg: 1 });
    assert!(machine.step(60_000, 0, Input::Tick).is_empty());
}

#[test]
fn a_ticket_that_is_refused_for_good_ends_it_and_a_hiccup_does_not() {
    let refused = |code| {
        let mut machine = Machine::default();
        machine.step(0, 0, Input::Enter(Box::new(call(CallPhase::Connecting, 1))));
        machine.step(
            1,
            0,
            Input::Ticket {
                leg: 1,
                result: Err(Some(Problem::from(code))),
            },
        );
        machine
    };
    assert_eq!(
        line(&refused(Code::CallOver)),
        Line::Over(Over::Ended(None))
    );
    assert_eq!(
        line(&refused(Code::NotFound)),
        Line::Over(Over::Refused(Problem::from(Code::NotFound)))
    );
    assert!(refused(Code::Unavailable).is_in());
    assert!(refused(Code::BadTicket).is_in());
}

#[test]
fn an_older_view_never_replaces_a_newer_one() {
    let mut machine = in_call();
    machine.step(1, 0, Input::News(Box::new(call(CallPhase::Active, 7))));
    machine.step(2, 0, Input::News(Box::new(call(CallPhase::Ringing, 3))));
    assert_eq!(machine.shown().expect("in a call").call.version, 7);
}

#[test]
fn a_switched_device_is_told_once_and_again_after_the_join() {
    let mut machine = in_call();
    let media = MediaState {
        microphone: true,
        camera: true,
        screen: false,
        has_microphone: true,
    };
    assert_eq!(machine.step(1, 0, Input::Media(media)).len(), 1);
    assert!(machine.step(2, 0, Input::Media(media)).is_empty());
    machine.step(3, 0, Input::SocketClosed { leg: 1 });
    let out = connect(&mut machine, 4, 2);
    let joins = out.iter().any(
        |it| matches!(it, Effect::Send { frame: CallClientFrame::Join { media: told, .. }, .. } if *told == media),
    );
    assert!(joins);
}

#[test]
fn a_page_that_goes_away_says_so() {
    let mut machine = in_call();
    let out = machine.step(1, 0, Input::Leaving);
    assert!(matches!(
        out.as_slice(),
        [Effect::Send {
            leg: 1,
            frame: CallClientFrame::Leaving
        }]
    ));
}
