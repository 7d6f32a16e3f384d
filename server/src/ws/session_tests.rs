//! The reducer on its own: no socket, no store.

use super::{
    effects::Effect,
    session::{HELLO_MS, IDLE_MS, Input, MAX_WAITING_COMMANDS, Session},
};
use crate::{
    live::hub::Delivery,
    usecase::thread::read::{Missed, Replay},
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    text::MessageText,
    thread::EventBody,
};
use orderline_protocol::{
    MAX_CURSORS, VERSION,
    calling::CallingView,
    socket::{
        ByeReason, ClientFrame, ClientSignal, Command, CommandResult, Cursor, ReadMark, ServerFrame,
    },
    thread::{EventView, StateView},
};
use proptest::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

fn thread(number: u128) -> ThreadId {
    ThreadId::from_uuid(Uuid::from_u128(number))
}

fn event(seq: i64) -> EventView {
    EventView {
        seq,
        at: Timestamp::UNIX_EPOCH,
        author: None,
        command: None,
        body: EventBody::MessageSent {
            text: MessageText::new("hello").expect("a text"),
        },
    }
}

/// A published event; its frame is its number.
fn delivered(thread: ThreadId, seq: i64) -> Input {
    Input::Delivered(Delivery::Event {
        thread,
        seq,
        frame: seq.to_string().into(),
    })
}

fn handle(session: &mut Session, input: Input) -> Vec<Effect> {
    session.handle(0, Timestamp::UNIX_EPOCH, input)
}

fn client(frame: ClientFrame) -> Input {
    Input::Frame(Some(Box::new(frame)))
}

fn hello(cursors: &[(ThreadId, i64)]) -> Input {
    let cursors = cursors.iter().map(|&(thread, seq)| Cursor {
        thread,
        seq,
        state: 0,
    });
    client(ClientFrame::Hello {
        version: VERSION,
        cursors: cursors.collect(),
    })
}

/// A session past Welcome, with what its first load asks for.
fn open(cursors: &[(ThreadId, i64)]) -> (Session, Vec<Effect>) {
    let mut session = Session::new(0);
    handle(&mut session, hello(cursors));
    let effects = handle(&mut session, Input::Welcomed(Vec::new()));
    (session, effects)
}

fn loaded(thread: ThreadId, events: Vec<EventView>) -> Input {
    replayed(thread, None, events)
}

/// The same for somebody who takes part in the thread.
fn loaded_own(thread: ThreadId, events: Vec<EventView>) -> Input {
    let me = UserId::from_uuid(Uuid::from_u128(1));
    replayed(thread, Some(Arc::new([me])), events)
}

fn replayed(thread: ThreadId, people: Option<Arc<[UserId]>>, events: Vec<EventView>) -> Input {
    Input::Loaded(Some(vec![Missed {
        thread,
        people,
        what: Replay::Events(events),
        state: None,
    }]))
}

fn refused() -> Input {
    Input::Loaded(Some(vec![Missed {
        thread: thread(1),
        people: None,
        what: Replay::Refused,
        state: None,
    }]))
}

fn follows(effects: &[Effect]) -> bool {
    effects.iter().any(|it| matches!(it, Effect::Follow(_)))
}

/// The numbers of the events that these effects send.
fn sent(effects: &[Effect]) -> Vec<i64> {
    let seqs = effects.iter().filter_map(|effect| match effect {
        Effect::Send(text) => text.parse().ok(),
        Effect::Frame(frame) => match &**frame {
            ServerFrame::Event { event, .. } => Some(event.seq),
            _ => None,
        },
        _ => None,
    });
    seqs.collect()
}

fn bye(effects: &[Effect]) -> Option<ByeReason> {
    effects.iter().find_map(|effect| match effect {
        Effect::Frame(frame) => match **frame {
            ServerFrame::Bye { reason, .. } => Some(reason),
            _ => None,
        },
        _ => None,
    })
}

fn loads(effects: &[Effect]) -> Option<&[Cursor]> {
    effects.iter().find_map(|effect| match effect {
        Effect::Load(cursors) => Some(cursors.as_slice()),
        _ => None,
    })
}

#[test]
fn the_first_frame_is_hello_in_our_version() {
    let ping = || client(ClientFrame::Ping { n: 1 });
    let other = client(ClientFrame::Hello {
        version: VERSION + 1,
        cursors: Vec::new(),
    });
    for (input, reason) in [
        (ping(), ByeReason::Malformed),
        (Input::Frame(None), ByeReason::Malformed),
        (other, ByeReason::VersionMismatch),
        (
            hello(&[(thread(1), 0); MAX_CURSORS + 1]),
            ByeReason::Malformed,
        ),
    ] {
        let effects = handle(&mut Session::new(0), input);
        assert_eq!(bye(&effects), Some(reason));
        assert!(matches!(effects.last(), Some(Effect::Close)));
    }
    let (mut session, _) = open(&[]);
    assert_eq!(
        bye(&handle(&mut session, hello(&[]))),
        Some(ByeReason::Malformed)
    );
    // Nothing comes after Bye.
    assert!(handle(&mut session, ping()).is_empty());
}

#[test]
fn nothing_is_followed_before_the_store_was_asked() {
    let mut session = Session::new(0);
    let effects = handle(&mut session, hello(&[(thread(1), 4)]));
    assert!(matches!(&effects[..], [Effect::Welcome]));
    let effects = handle(&mut session, Input::Welcomed(Vec::new()));
    let cursor = Cursor {
        thread: thread(1),
        seq: 4,
        state: 0,
    };
    assert_eq!(loads(&effects), Some([cursor].as_slice()));
}

#[test]
fn x11_an_event_that_is_published_while_its_replay_is_read_is_sent_once() {
    let (mut session, _) = open(&[(thread(1), 0)]);
    assert!(sent(&handle(&mut session, delivered(thread(1), 3))).is_empty());
    let effects = handle(
        &mut session,
        loaded_own(thread(1), vec![event(1), event(2)]),
    );
    assert_eq!(sent(&effects), [1, 2]);
    assert_eq!(loads(&effects).map(|it| it[0].seq), Some(2));
    assert_eq!(
        sent(&handle(&mut session, loaded_own(thread(1), vec![event(3)]))),
        [3]
    );
    assert!(sent(&handle(&mut session, delivered(thread(1), 3))).is_empty());
    assert_eq!(sent(&handle(&mut session, delivered(thread(1), 4))), [4]);
}

#[test]
fn a_replay_that_is_too_long_becomes_a_reset_until_the_client_follows_again() {
    let (mut session, _) = open(&[(thread(1), 0)]);
    let too_long = Input::Loaded(Some(vec![Missed {
        thread: thread(1),
        people: None,
        what: Replay::TooLong,
        state: None,
    }]));
    let effects = handle(&mut session, too_long);
    assert!(matches!(&effects[..], [Effect::Frame(frame)]
        if matches!(**frame, ServerFrame::Reset { thread: it } if it == thread(1))));
    assert!(handle(&mut session, delivered(thread(1), 901)).is_empty());
    let follow = ClientFrame::Follow {
        thread: thread(1),
        seq: 900,
        state: 0,
    };
    let effects = handle(&mut session, client(follow));
    assert_eq!(loads(&effects).map(|it| it[0].seq), Some(900));
    assert_eq!(
        sent(&handle(
            &mut session,
            loaded_own(thread(1), vec![event(901)])
        )),
        [901]
    );
}

#[test]
fn nothing_of_a_refused_thread_is_sent() {
    let (mut session, _) = open(&[(thread(1), 0)]);
    assert!(handle(&mut session, refused()).is_empty());
    // Told of it all the same, the person may have come to it: the store is asked again, and nothing is sent.
    let effects = handle(&mut session, delivered(thread(1), 1));
    assert!(sent(&effects).is_empty());
    assert_eq!(loads(&effects).map(|it| it[0].seq), Some(0));
    assert!(handle(&mut session, refused()).is_empty());
}

#[test]
fn whoever_reads_without_taking_part_follows_what_a_load_has_allowed_until_one_refuses_it() {
    let (mut session, _) = open(&[(thread(1), 0)]);
    let effects = handle(&mut session, loaded(thread(1), vec![event(1)]));
    assert!(follows(&effects));
    assert_eq!(sent(&effects), [1]);
    // What was written before the hub knew of the reader is found by a second look.
    assert_eq!(loads(&effects).map(|it| it[0].seq), Some(1));
    let effects = handle(&mut session, loaded(thread(1), vec![event(2)]));
    assert_eq!(sent(&effects), [2]);
    assert!(!follows(&effects) && loads(&effects).is_none());
    handle(
        &mut session,
        Input::Delivered(Delivery::Nudge(Some(thread(1)))),
    );
    let effects = handle(&mut session, refused());
    assert!(matches!(&effects[..], [Effect::Unfollow(it)] if *it == thread(1)));
}

#[test]
fn a_state_that_was_sent_is_known_with_the_next_load() {
    let (mut session, effects) = open(&[(thread(1), 4)]);
    assert_eq!(loads(&effects).map(|it| it[0].state), Some(0));
    let state = StateView {
        thread: thread(1),
        version: 7,
        call: None,
        offer: None,
        order: None,
        calling: CallingView::default(),
    };
    let with_state = Input::Loaded(Some(vec![Missed {
        thread: thread(1),
        people: Some(Arc::new([])),
        what: Replay::Events(Vec::new()),
        state: Some(Box::new(state)),
    }]));
    let effects = handle(&mut session, with_state);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Frame(frame)
        if matches!(&**frame, ServerFrame::State { state } if state.version == 7)))
    );
    let nudge = Input::Delivered(Delivery::Nudge(Some(thread(1))));
    let effects = handle(&mut session, nudge);
    assert_eq!(loads(&effects).map(|it| it[0].state), Some(7));
}

#[test]
fn a_thread_that_only_another_node_has_told_of_is_fetched() {
    let (mut session, _) = open(&[]);
    let nudge = || Input::Delivered(Delivery::Nudge(Some(thread(1))));
    let effects = handle(&mut session, nudge());
    assert!(matches!(&effects[..], [Effect::Frame(frame)]
        if matches!(**frame, ServerFrame::Reset { thread: it } if it == thread(1))));
    assert!(handle(&mut session, nudge()).is_empty());
}

#[test]
fn commands_run_one_at_a_time_in_order_and_hold_the_socket_back() {
    let (mut session, _) = open(&[]);
    let id = |number: u128| CommandId::from_uuid(Uuid::from_u128(number));
    let command = |number| {
        client(ClientFrame::Command {
            id: id(number),
            body: Command::SendMessage {
                thread: thread(1),
                text: "hello".to_owned(),
            },
        })
    };
    let effects = handle(&mut session, command(0));
    assert!(matches!(&effects[..], [Effect::Execute(it, _)] if *it == id(0)));
    for number in 1..=MAX_WAITING_COMMANDS as u128 {
        assert!(session.wants_frames());
        assert!(handle(&mut session, command(number)).is_empty());
    }
    assert!(!session.wants_frames());
    let done = Input::Executed {
        to: id(0),
        result: CommandResult::Done {
            thread: thread(1),
            seq: 1,
        },
    };
    let effects = handle(&mut session, done);
    assert!(matches!(&effects[..], [Effect::Frame(_), Effect::Execute(it, _)] if *it == id(1)));
    assert!(session.wants_frames());
}

#[test]
fn floods_are_answered_and_then_ended() {
    let (mut session, _) = open(&[]);
    let typing = || {
        client(ClientFrame::Signal {
            signal: ClientSignal::Typing { thread: thread(1) },
        })
    };
    let mut passed = 0;
    let mut last = Vec::new();
    for _ in 0..2_000 {
        last = handle(&mut session, typing());
        passed += last
            .iter()
            .filter(|it| matches!(it, Effect::Typing(_)))
            .count();
        if bye(&last).is_some() {
            break;
        }
    }
    assert_eq!(passed, 3);
    assert_eq!(bye(&last), Some(ByeReason::TooMany));
}

#[test]
fn a_silent_socket_is_closed() {
    let mut session = Session::new(0);
    assert_eq!(session.next_tick(), HELLO_MS);
    let at = Timestamp::UNIX_EPOCH;
    assert!(matches!(
        &session.handle(HELLO_MS, at, Input::Tick)[..],
        [Effect::Close]
    ));
    let (mut session, _) = open(&[]);
    assert_eq!(session.next_tick(), IDLE_MS);
    assert!(session.handle(IDLE_MS - 1, at, Input::Tick).is_empty());
    assert!(matches!(
        &session.handle(IDLE_MS, at, Input::Tick)[..],
        [Effect::Close]
    ));
}

#[test]
fn read_marks_are_gathered() {
    let (mut session, _) = open(&[]);
    for seq in [1, 5, 3] {
        let ack = ClientFrame::Ack {
            thread: thread(1),
            seq,
        };
        assert!(handle(&mut session, client(ack)).is_empty());
    }
    let due = session.next_tick();
    let effects = session.handle(due, Timestamp::UNIX_EPOCH, Input::Tick);
    let mark = ReadMark {
        thread: thread(1),
        seq: 5,
    };
    assert!(matches!(&effects[..], [Effect::Acknowledge(marks)] if *marks == [mark]));
}

proptest! {
    /// X11: whatever order publication takes, however often an event is published, and wherever loads fall in
    /// between, each event is sent once and in order.
    #[test]
    fn x11_no_event_is_lost_doubled_or_reordered(
        published in proptest::collection::vec(1_i64..=30, 0..120),
        answer_after in 1_usize..6,
        from in 0_i64..5,
    ) {
        let one = thread(1);
        let (mut session, effects) = open(&[(one, from)]);
        // What the store holds grows as events are published: an event is committed first.
        let mut stored = from;
        let mut pending = loads(&effects).map(<[Cursor]>::to_vec);
        let mut waited = 0;
        let mut seen = Vec::new();
        let mut take = |effects: Vec<Effect>, pending: &mut Option<Vec<Cursor>>| {
            seen.extend(sent(&effects));
            if let Some(cursors) = loads(&effects) {
                assert!(pending.is_none(), "one load at a time");
                *pending = Some(cursors.to_vec());
            }
        };
        for seq in published {
            stored = stored.max(seq);
            take(handle(&mut session, delivered(one, seq)), &mut pending);
            waited += 1;
            if waited >= answer_after && let Some(cursors) = pending.take() {
                waited = 0;
                let events = (cursors[0].seq + 1..=stored).map(event).collect();
                take(handle(&mut session, loaded(one, events)), &mut pending);
            }
        }
        while let Some(cursors) = pending.take() {
            let events = (cursors[0].seq + 1..=stored).map(event).collect();
            take(handle(&mut session, loaded(one, events)), &mut pending);
        }
        prop_assert_eq!(seen, (from + 1..=stored).collect::<Vec<_>>());
    }

    /// Whatever a client asks for and however often, the hub is asked for a thread's news only after a load that
    /// allowed it, and for no thread that the last load refused.
    #[test]
    fn only_what_the_last_load_allowed_is_followed(
        steps in proptest::collection::vec((0_u8..4, any::<bool>()), 1..80),
    ) {
        let one = thread(1);
        let (mut session, effects) = open(&[(one, 0)]);
        let mut loading = loads(&effects).is_some();
        let (mut allowed, mut followed) = (false, false);
        for (step, allow) in steps {
            let effects = match step {
                0 => handle(&mut session, client(ClientFrame::Follow { thread: one, seq: 0, state: 0 })),
                1 => handle(&mut session, Input::Delivered(Delivery::Nudge(Some(one)))),
                2 => handle(&mut session, delivered(one, 1)),
                _ if !loading => continue,
                _ => {
                    loading = false;
                    allowed = allow;
                    let answer = if allow { loaded(one, Vec::new()) } else { refused() };
                    handle(&mut session, answer)
                }
            };
            loading |= loads(&effects).is_some();
            for effect in &effects {
                match effect {
                    Effect::Follow(_) => {
                        prop_assert!(allowed && !followed);
                        followed = true;
                    }
                    Effect::Unfollow(_) => followed = false,
                    _ => {}
                }
            }
            // A refusal that a newer question has overtaken waits for that one's answer.
            prop_assert!(allowed || !followed || loading);
        }
    }
}
