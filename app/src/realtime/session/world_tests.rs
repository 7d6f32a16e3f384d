use super::{
    tests::{command_id, event, message, thread},
    *,
};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};

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
            Some(ClientFrame::Follow { thread, seq, .. }) => self.replay(thread, seq),
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
                    self.input(Input::Rebase(Cursor {
                        thread,
                        seq,
                        state: 0,
                    }));
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
            world.input(Input::Follow(Cursor { thread: thread(n), seq: 0, state: 0 }));
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
