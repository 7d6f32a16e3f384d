use super::*;
use jiff::Timestamp;
use orderline_domain::thread::{EventBody, MessageText};
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};
use uuid::Uuid;

fn thread(n: u8) -> ThreadId {
    ThreadId::from_uuid(Uuid::from_u128(u128::from(n) + 1))
}

fn command_id(n: u32) -> CommandId {
    CommandId::from_uuid(Uuid::from_u128(u128::from(n) + 1_000))
}

fn event(seq: i64, command: Option<CommandId>) -> EventView {
    let text = MessageText::new("hello").expect("a text");
    EventView {
        seq,
        at: Timestamp::UNIX_EPOCH,
        author: None,
        command,
        body: EventBody::MessageSent { text },
    }
}

fn message(thread: ThreadId) -> Command {
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

/// An open session that holds everything of thread 0 up to 5.
fn open() -> Session {
    let mut session = Session::default();
    session.step(
        0,
        0,
        Input::Follow {
            thread: thread(0),
            seq: 5,
        },
    );
    session.step(0, 0, Input::Start);
    let hello = session.step(1, 0, Input::Opened);
    assert_eq!(
        hello,
        vec![Effect::Send(ClientFrame::Hello {
            version: VERSION,
            cursors: vec![Cursor {
                thread: thread(0),
                seq: 5
            }]
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
            seq: 5
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
    let rebased = session.step(
        5,
        0,
        Input::Rebase {
            thread: thread(0),
            seq: 900,
        },
    );
    assert_eq!(delivered(&rebased), vec![901]);
    assert!(rebased.contains(&Effect::Send(ClientFrame::Follow {
        thread: thread(0),
        seq: 901
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
    assert_eq!(session.pending().count(), 0);
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

/// The other end, as simple as it can be, and a network in between that may cut at any moment.
#[derive(Default)]
struct World {
    session: Session,
    now: u64,
    /// Events per thread, as the server holds them.
    logs: BTreeMap<ThreadId, Vec<EventView>>,
    done: BTreeMap<CommandId, CommandResult>,
    executions: BTreeMap<CommandId, u32>,
    to_server: VecDeque<ClientFrame>,
    to_client: VecDeque<ServerFrame>,
    connecting: bool,
    connected: bool,
    greeted: bool,
    /// Threads whose events the connection gets.
    followed: BTreeSet<ThreadId>,
    refetch: BTreeSet<ThreadId>,
    got: BTreeMap<ThreadId, Vec<i64>>,
    replies: BTreeMap<CommandId, u32>,
    given: u32,
}

impl World {
    fn input(&mut self, input: Input) {
        for effect in self.session.step(self.now, self.now, input) {
            match effect {
                Effect::Connect => {
                    self.cut_wires();
                    self.connecting = true;
                }
                Effect::Close => self.cut_wires(),
                Effect::Send(frame) => {
                    if self.connected {
                        self.to_server.push_back(frame);
                    }
                }
                Effect::Deliver(Delivery::Event { thread, event }) => {
                    self.got.entry(thread).or_default().push(event.seq);
                }
                Effect::Deliver(Delivery::Reply { to, .. }) => {
                    *self.replies.entry(to).or_default() += 1;
                }
                Effect::Deliver(Delivery::Refetch { thread }) => {
                    self.refetch.insert(thread);
                }
                Effect::Deliver(_) | Effect::CheckSession => {}
            }
        }
    }

    fn cut_wires(&mut self) {
        self.connecting = false;
        self.connected = false;
        self.greeted = false;
        self.followed.clear();
        self.to_server.clear();
        self.to_client.clear();
    }

    fn append(&mut self, thread: ThreadId, command: Option<CommandId>) -> i64 {
        let log = self.logs.entry(thread).or_default();
        let seq = i64::try_from(log.len()).expect("small") + 1;
        let event = event(seq, command);
        log.push(event.clone());
        if self.followed.contains(&thread) {
            self.to_client
                .push_back(ServerFrame::Event { thread, event });
        }
        seq
    }

    fn replay(&mut self, thread: ThreadId, after: i64) {
        self.followed.insert(thread);
        let log = self.logs.get(&thread).map_or(&[][..], Vec::as_slice);
        let missing = log
            .iter()
            .filter(|e| e.seq > after)
            .cloned()
            .collect::<Vec<_>>();
        if missing.len() > 12 {
            self.to_client.push_back(ServerFrame::Reset { thread });
        } else {
            self.to_client.extend(
                missing
                    .into_iter()
                    .map(|event| ServerFrame::Event { thread, event }),
            );
        }
    }

    fn serve(&mut self) {
        match self.to_server.pop_front() {
            Some(ClientFrame::Hello { cursors, .. }) => {
                self.greeted = true;
                self.to_client.push_back(ServerFrame::Welcome {
                    at: Timestamp::UNIX_EPOCH,
                    calls: Vec::new(),
                });
                for cursor in cursors {
                    self.replay(cursor.thread, cursor.seq);
                }
            }
            Some(ClientFrame::Follow { thread, seq }) => self.replay(thread, seq),
            Some(ClientFrame::Command {
                id,
                body: Command::SendMessage { thread, .. },
            }) => {
                if !self.done.contains_key(&id) {
                    *self.executions.entry(id).or_default() += 1;
                    let seq = self.append(thread, Some(id));
                    self.done.insert(id, CommandResult::Done { thread, seq });
                }
                let result = self.done[&id].clone();
                self.to_client
                    .push_back(ServerFrame::Reply { to: id, result });
            }
            Some(ClientFrame::Ping { n }) => self.to_client.push_back(ServerFrame::Pong { n }),
            Some(_) | None => {}
        }
    }

    fn act(&mut self, action: u8, which: u8) {
        let thread = thread(which % 3);
        match action % 8 {
            0 => {
                let id = command_id(self.given);
                self.given += 1;
                self.input(Input::Send {
                    id,
                    body: message(thread),
                });
            }
            1 => {
                self.append(thread, None);
            }
            2 if self.connecting => {
                self.connecting = false;
                self.connected = true;
                self.input(Input::Opened);
            }
            2 | 3 => self.serve(),
            4 => {
                if let Some(frame) = self.to_client.pop_front() {
                    self.input(Input::Frame(Box::new(frame)));
                }
            }
            // One frame is lost inside the server: the client has to notice the gap.
            5 if which > 200 => {
                if matches!(self.to_client.front(), Some(ServerFrame::Event { .. })) {
                    self.to_client.pop_front();
                }
            }
            6 if which > 150 => {
                self.cut_wires();
                self.input(Input::Closed);
            }
            7 => {
                let waiting = self.refetch.pop_first();
                if let Some(thread) = waiting {
                    let seq =
                        i64::try_from(self.logs.get(&thread).map_or(0, Vec::len)).expect("small");
                    // The snapshot holds everything up to `seq`: it counts as seen.
                    let got = self.got.entry(thread).or_default();
                    let from = got.last().copied().unwrap_or(0) + 1;
                    got.extend(from..=seq);
                    self.input(Input::Rebase { thread, seq });
                }
            }
            _ => {
                self.now += u64::from(which) * 20;
                self.input(Input::Tick);
            }
        }
    }

    fn settle(&mut self) {
        for _ in 0..400 {
            for action in [2, 3, 4, 7] {
                for which in 0..3 {
                    self.act(action, which);
                }
            }
            self.now += 500;
            self.input(Input::Tick);
        }
    }
}

proptest! {
    /// However the connection breaks: nothing lost, nothing doubled, nothing out of order (X11).
    #[test]
    fn x11_never_lost_doubled_or_reordered(actions in prop::collection::vec(any::<(u8, u8)>(), 0..300)) {
        let mut world = World::default();
        for n in 0..3 {
            world.input(Input::Follow { thread: thread(n), seq: 0 });
        }
        world.input(Input::Start);
        for (action, which) in actions {
            world.act(action, which);
        }
        world.settle();
        // A last event in each thread makes a gap at the very end visible, as the next message would.
        for n in 0..3 {
            world.append(thread(n), None);
        }
        world.settle();
        for (thread, log) in &world.logs {
            let all: Vec<i64> = (1..=i64::try_from(log.len()).expect("small")).collect();
            prop_assert_eq!(world.got.get(thread), Some(&all));
        }
        prop_assert_eq!(world.executions.len(), world.given as usize);
        prop_assert!(world.executions.values().all(|n| *n == 1));
        prop_assert_eq!(world.replies.len(), world.given as usize);
        prop_assert!(world.replies.values().all(|n| *n == 1));
    }
}
