use super::*;
use jiff::Timestamp;
use orderline_domain::{text::MessageText, thread::EventBody};
use orderline_protocol::calling::CallingView;
use uuid::Uuid;

pub(super) fn thread(n: u8) -> ThreadId {
    ThreadId::from_uuid(Uuid::from_u128(u128::from(n) + 1))
}

pub(super) fn command_id(n: u32) -> CommandId {
    CommandId::from_uuid(Uuid::from_u128(u128::from(n) + 1_000))
}

pub(super) fn event(seq: i64, command: Option<CommandId>) -> EventView {
    let text = MessageText::new("hello").expect("a text");
    EventView {
        seq,
        at: Timestamp::UNIX_EPOCH,
        author: None,
        command,
        body: EventBody::MessageSent { text },
    }
}

pub(super) fn message(thread: ThreadId) -> Command {
    Command::SendMessage {
        thread,
        text: "hello".to_owned(),
    }
}

fn welcome() -> Input {
    Input::Frame(Box::new(ServerFrame::Welcome {
        at: Timestamp::UNIX_EPOCH,
        calls: Vec::new(),
    }))
}

fn arrives(thread: ThreadId, seq: i64) -> Input {
    Input::Frame(Box::new(ServerFrame::Event {
        thread,
        event: event(seq, None),
    }))
}

/// What is held of thread 0.
fn held(seq: i64, state: i64) -> Cursor {
    Cursor {
        thread: thread(0),
        seq,
        state,
    }
}

/// An open session that holds everything of thread 0 up to 5.
fn open() -> Session {
    let mut session = Session::default();
    session.step(0, 0, Input::Follow(held(5, 3)));
    session.step(0, 0, Input::Start);
    let hello = session.step(1, 0, Input::Opened);
    assert_eq!(
        hello,
        vec![Effect::Send(ClientFrame::Hello {
            version: VERSION,
            cursors: vec![held(5, 3)]
        })]
    );
    session.step(2, 0, welcome());
    session
}

fn delivered(effects: &[Effect]) -> Vec<i64> {
    effects
        .iter()
        .filter_map(|e| match e {
            Effect::Deliver(Delivery::Event { event, .. }) => Some(event.seq),
            _ => None,
        })
        .collect()
}

#[test]
fn x11_a_duplicate_is_dropped_and_a_gap_is_asked_for_once() {
    let mut session = open();
    assert!(delivered(&session.step(3, 0, arrives(thread(0), 5))).is_empty());
    let gap = session.step(4, 0, arrives(thread(0), 8));
    assert_eq!(
        gap,
        vec![Effect::Send(ClientFrame::Follow {
            thread: thread(0),
            seq: 5,
            state: 3
        })]
    );
    assert!(session.step(5, 0, arrives(thread(0), 9)).is_empty());
    assert_eq!(
        delivered(&session.step(6, 0, arrives(thread(0), 6))),
        vec![6]
    );
    assert_eq!(
        delivered(&session.step(7, 0, arrives(thread(0), 7))),
        vec![7, 8, 9]
    );
    assert!(delivered(&session.step(8, 0, arrives(thread(0), 8))).is_empty());
}

#[test]
fn x11_a_reset_fetches_the_thread_and_goes_on_from_there() {
    let mut session = open();
    let reset = Input::Frame(Box::new(ServerFrame::Reset { thread: thread(0) }));
    assert_eq!(
        session.step(3, 0, reset),
        vec![Effect::Deliver(Delivery::Refetch { thread: thread(0) })]
    );
    assert!(
        session.step(4, 0, arrives(thread(0), 901)).is_empty(),
        "waits for the snapshot"
    );
    let rebased = session.step(5, 0, Input::Rebase(held(900, 7)));
    assert_eq!(delivered(&rebased), vec![901]);
    assert!(rebased.contains(&Effect::Send(ClientFrame::Follow {
        thread: thread(0),
        seq: 901,
        state: 7
    })));
}

#[test]
fn a_thread_never_met_is_fetched_unless_it_begins_now() {
    let mut session = open();
    assert_eq!(
        delivered(&session.step(3, 0, arrives(thread(1), 1))),
        vec![1]
    );
    let met = session.step(4, 0, arrives(thread(2), 40));
    assert_eq!(
        met,
        vec![Effect::Deliver(Delivery::Refetch { thread: thread(2) })]
    );
}

#[test]
fn x11_a_command_is_sent_again_after_a_reconnect_with_the_same_id() {
    let mut session = open();
    let sent = session.step(
        3,
        0,
        Input::Send {
            id: command_id(1),
            body: message(thread(0)),
        },
    );
    let frame = Effect::Send(ClientFrame::Command {
        id: command_id(1),
        body: message(thread(0)),
    });
    assert_eq!(sent, vec![frame]);
    let lost = session.step(4, 7, Input::Closed);
    assert_eq!(
        lost,
        vec![Effect::Deliver(Delivery::Connection(Connection::Lost))]
    );
    assert!(
        session
            .step(
                5,
                0,
                Input::Send {
                    id: command_id(2),
                    body: message(thread(0))
                }
            )
            .is_empty()
    );
    assert_eq!(
        session.step(backoff::LONGEST_MS, 0, Input::Tick),
        vec![Effect::Connect]
    );
    session.step(backoff::LONGEST_MS, 0, Input::Opened);
    let again = session.step(backoff::LONGEST_MS, 0, welcome());
    let ids: Vec<CommandId> = again
        .iter()
        .filter_map(|e| match e {
            Effect::Send(ClientFrame::Command { id, .. }) => Some(*id),
            _ => None,
        })
        .collect();
    assert_eq!(ids, vec![command_id(1), command_id(2)]);
}

#[test]
fn a_reply_is_handed_on_once() {
    let mut session = open();
    session.step(
        3,
        0,
        Input::Send {
            id: command_id(1),
            body: message(thread(0)),
        },
    );
    let reply = || {
        let result = CommandResult::Done {
            thread: thread(0),
            seq: 6,
        };
        Input::Frame(Box::new(ServerFrame::Reply {
            to: command_id(1),
            result,
        }))
    };
    assert_eq!(session.step(4, 0, reply()).len(), 1);
    assert!(session.step(5, 0, reply()).is_empty());
    assert!(session.pending.is_empty());
}

#[test]
fn silence_is_probed_and_then_counts_as_lost() {
    let mut session = open();
    assert!(
        session
            .step(2 + PING_AFTER_MS - 1, 0, Input::Tick)
            .is_empty()
    );
    let probe = session.step(2 + PING_AFTER_MS, 0, Input::Tick);
    assert_eq!(probe, vec![Effect::Send(ClientFrame::Ping { n: 1 })]);
    assert!(
        session
            .step(2 + PING_AFTER_MS + 1, 0, Input::Tick)
            .is_empty(),
        "one probe at a time"
    );
    let lost = session.step(2 + LOST_AFTER_MS, 0, Input::Tick);
    assert_eq!(
        lost,
        vec![
            Effect::Close,
            Effect::Deliver(Delivery::Connection(Connection::Lost))
        ]
    );
}

#[test]
fn waking_up_probes_at_once() {
    let mut session = open();
    assert_eq!(
        session.step(10, 0, Input::Nudge),
        vec![Effect::Send(ClientFrame::Ping { n: 1 })]
    );
    let lost = session.step(10 + NUDGE_PONG_MS, 0, Input::Tick);
    assert!(lost.contains(&Effect::Close));
    assert_eq!(
        session.step(11 + NUDGE_PONG_MS, 0, Input::Nudge),
        vec![Effect::Connect]
    );
}

#[test]
fn byes_are_honoured() {
    for (reason, shown) in [
        (ByeReason::VersionMismatch, Connection::ReloadNeeded),
        (ByeReason::SignedOut, Connection::SignedOut),
    ] {
        let mut session = open();
        let bye = ServerFrame::Bye {
            reason,
            retry_after_ms: 0,
        };
        let effects = session.step(3, 0, Input::Frame(Box::new(bye)));
        assert_eq!(
            effects,
            vec![Effect::Close, Effect::Deliver(Delivery::Connection(shown))]
        );
        assert!(session.step(4, 0, Input::Closed).is_empty());
        assert!(
            session.step(u64::MAX, 0, Input::Tick).is_empty(),
            "never again"
        );
    }
    let mut session = open();
    let bye = ServerFrame::Bye {
        reason: ByeReason::Restarting,
        retry_after_ms: 2_000,
    };
    session.step(3, 0, Input::Frame(Box::new(bye)));
    session.step(4, 0, Input::Closed);
    assert!(session.step(2_003, 0, Input::Tick).is_empty());
    assert_eq!(session.step(2_004, 0, Input::Tick), vec![Effect::Connect]);
}

#[test]
fn the_queue_of_commands_is_bounded() {
    let mut session = Session::default();
    let last = u32::try_from(MAX_PENDING).expect("small");
    for n in 0..last {
        assert!(
            session
                .step(
                    0,
                    0,
                    Input::Send {
                        id: command_id(n),
                        body: message(thread(0))
                    }
                )
                .is_empty()
        );
    }
    let refused = session.step(
        0,
        0,
        Input::Send {
            id: command_id(last),
            body: message(thread(0)),
        },
    );
    assert!(matches!(
        refused.as_slice(),
        [Effect::Deliver(Delivery::Reply { result: CommandResult::Failed { problem }, .. })] if problem.code == Code::TooMany
    ));
}

#[test]
fn after_some_failed_attempts_the_sign_in_is_checked() {
    let mut session = Session::default();
    session.step(0, 0, Input::Start);
    let mut now = 0;
    let mut checks = 0;
    for _ in 0..CHECK_SESSION_AFTER {
        now += 100_000;
        checks += session
            .step(now, 0, Input::Closed)
            .iter()
            .filter(|e| **e == Effect::CheckSession)
            .count();
        now += 100_000;
        session.step(now, 0, Input::Tick);
    }
    assert_eq!(checks, 1);
}

#[test]
fn a_state_that_came_is_not_asked_for_again_and_an_older_one_changes_nothing() {
    let mut session = open();
    let state = |version| {
        let state = Box::new(StateView {
            thread: thread(0),
            version,
            call: None,
            offer: None,
            order: None,
            calling: CallingView::default(),
        });
        (
            Input::Frame(Box::new(ServerFrame::State {
                state: state.clone(),
            })),
            vec![Effect::Deliver(Delivery::State(state))],
        )
    };
    for version in [9, 4] {
        let (input, told) = state(version);
        assert_eq!(session.step(3, 0, input), told);
    }
    session.step(4, 0, Input::Closed);
    session.step(60_000, 0, Input::Tick);
    let hello = session.step(60_001, 0, Input::Opened);
    assert_eq!(
        hello,
        vec![Effect::Send(ClientFrame::Hello {
            version: VERSION,
            cursors: vec![held(5, 9)]
        })]
    );
}
