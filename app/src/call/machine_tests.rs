use super::*;
use jiff::Timestamp;
use orderline_domain::{
    call::CallEndReason,
    call_mode::RecordWhen,
    ids::{LegId, ThreadId, UserId},
    roles::Role,
};
use orderline_protocol::view::{ModeView, Person, RecordingNotice};
use proptest::prelude::*;
use uuid::Uuid;

fn call(phase: CallPhase, version: i64) -> CallView {
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
        mode: ModeView::Private,
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
    }
}

fn ticket() -> CallTicket {
    CallTicket {
        url: "wss://node/call".to_owned(),
        ticket: "t".to_owned(),
        expires_at: Timestamp::UNIX_EPOCH,
    }
}

fn joined() -> CallServerFrame {
    CallServerFrame::Joined {
        leg: LegId::from_uuid(Uuid::from_u128(8)),
        epoch: 1,
        seat: 0,
        sdp: Some("answer".to_owned()),
        ice: Vec::new(),
        relay_only: false,
        call: Box::new(call(CallPhase::Connecting, 2)),
        at: Timestamp::UNIX_EPOCH,
    }
}

/// Drives a leg from its beginning to flowing media.
fn connect(machine: &mut Machine, now: u64, leg: u32) -> Vec<Effect> {
    let mut out = machine.step(
        now,
        0,
        Input::Ticket {
            leg,
            result: Ok(ticket()),
        },
    );
    out.extend(machine.step(
        now,
        0,
        Input::Offer {
            leg,
            sdp: Some("offer".to_owned()),
        },
    ));
    out.extend(machine.step(now, 0, Input::SocketOpened { leg }));
    out.extend(machine.step(
        now,
        0,
        Input::Frame {
            leg,
            frame: Box::new(joined()),
        },
    ));
    out.extend(machine.step(
        now,
        0,
        Input::Link {
            leg,
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

fn line(machine: &Machine) -> Line {
    machine.shown().expect("in a call").line
}

fn tickets(effects: &[Effect]) -> Vec<u32> {
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

fn dropped(effects: &[Effect]) -> Vec<u32> {
    effects
        .iter()
        .filter_map(|it| {
            if let Effect::DropLeg { leg } = it {
                Some(*leg)
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn b2_the_caller_prepares_while_it_rings_and_joins_when_it_is_accepted() {
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
    assert!(out.iter().any(|it| matches!(it, Effect::SetAnswer { .. })));
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Present { leg: 1 }))
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
        let offer = Input::Offer {
            leg: 1,
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
fn x1_a_lost_socket_makes_a_new_leg_and_the_old_one_sounds_on_until_then() {
    let mut machine = in_call();
    let out = machine.step(100, 0, Input::SocketClosed { leg: 1 });
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![]));
    assert_eq!(line(&machine), Line::Reconnecting);
    let out = connect(&mut machine, 200, 2);
    assert_eq!(dropped(&out), vec![1]);
    assert_eq!(line(&machine), Line::Connected);
}

#[test]
fn x1_a_shaky_link_gets_its_time_and_a_failed_one_gets_none() {
    let mut machine = in_call();
    machine.step(
        100,
        0,
        Input::Link {
            leg: 1,
            link: Link::Disconnected,
        },
    );
    assert!(machine.step(100 + SHAKY_MS - 1, 0, Input::Tick).is_empty());
    machine.step(
        100 + SHAKY_MS - 1,
        0,
        Input::Link {
            leg: 1,
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
            leg: 1,
            link: Link::Disconnected,
        },
    );
    let out = machine.step(3_000 + SHAKY_MS, 0, Input::Tick);
    assert_eq!((tickets(&out), dropped(&out)), (vec![2], vec![1]));
    let out = machine.step(
        6_000,
        0,
        Input::Link {
            leg: 2,
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
fn what_an_abandoned_leg_says_changes_nothing() {
    let mut machine = in_call();
    machine.step(100, 0, Input::SocketClosed { leg: 1 });
    for late in [
        Input::SocketClosed { leg: 1 },
        Input::Link {
            leg: 1,
            link: Link::Failed,
        },
        Input::Frame {
            leg: 1,
            frame: Box::new(CallServerFrame::Replaced),
        },
        Input::Ticket {
            leg: 1,
            result: Err(Some(Problem::from(Code::CallOver))),
        },
        Input::Offer { leg: 1, sdp: None },
    ] {
        assert!(machine.step(150, 0, late).is_empty());
    }
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
fn b2_hanging_up_gives_everything_back_and_the_servers_words_follow() {
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

#[derive(Clone, Debug)]
enum Any {
    Ticket(bool),
    Offer(bool),
    Opened,
    Closed,
    Joined,
    Link(u8),
    Tick(u64),
    Woken,
}

fn any_input() -> impl Strategy<Value = (u32, Any)> {
    let any = prop_oneof![
        any::<bool>().prop_map(Any::Ticket),
        any::<bool>().prop_map(Any::Offer),
        Just(Any::Opened),
        Just(Any::Closed),
        Just(Any::Joined),
        (0_u8..4).prop_map(Any::Link),
        (0_u64..20_000).prop_map(Any::Tick),
        Just(Any::Woken),
    ];
    (0_u32..3, any)
}

proptest! {
    /// Whatever comes in whatever order: no leg is made twice, at most two exist at a time, and hanging up lets all go.
    #[test]
    fn x1_legs_are_never_leaked(inputs in prop::collection::vec(any_input(), 0..120), random in any::<u64>()) {
        let mut machine = Machine::default();
        let (mut now, mut newest, mut open) = (0, 0_u32, std::collections::BTreeSet::new());
        let mut count = |effects: Vec<Effect>, newest: &mut u32| -> Result<usize, TestCaseError> {
            for effect in effects {
                match effect {
                    Effect::MakePeer { leg } => {
                        prop_assert!(leg > *newest, "leg {leg} after {newest}");
                        *newest = leg;
                        open.insert(leg);
                    }
                    Effect::DropLeg { leg } => prop_assert!(open.remove(&leg)),
                    _ => {}
                }
            }
            prop_assert!(open.len() <= 2);
            Ok(open.len())
        };
        count(machine.step(0, random, Input::Enter(Box::new(call(CallPhase::Connecting, 1)))), &mut newest)?;
        for (back, input) in inputs {
            let leg = newest.saturating_sub(back);
            let input = match input {
                Any::Ticket(good) => Input::Ticket { leg, result: if good { Ok(ticket()) } else { Err(None) } },
                Any::Offer(good) => Input::Offer { leg, sdp: good.then(|| "offer".to_owned()) },
                Any::Opened => Input::SocketOpened { leg },
                Any::Closed => Input::SocketClosed { leg },
                Any::Joined => Input::Frame { leg, frame: Box::new(joined()) },
                Any::Link(link) => Input::Link {
                    leg,
                    link: [Link::Connecting, Link::Connected, Link::Disconnected, Link::Failed][usize::from(link)],
                },
                Any::Tick(passed) => { now += passed; Input::Tick }
                Any::Woken => Input::Woken,
            };
            count(machine.step(now, random, input), &mut newest)?;
        }
        let left = count(machine.step(now, random, Input::HangUp), &mut newest)?;
        prop_assert_eq!(left, 0);
    }
}
