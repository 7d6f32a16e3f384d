use super::*;
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

/// Message `number` of a person in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Note {
    thread: u8,
    person: u8,
    number: u32,
    /// Another message's number: sent again while the first waited.
    command: u32,
}

fn id(kind: u8, number: u128) -> Uuid {
    Uuid::from_u128((u128::from(kind) << 64) | number)
}

impl Waiting for Note {
    /// Every thread has a vendor of its own, as hard as it gets.
    fn vendor(&self) -> VendorId {
        VendorId::from_uuid(id(1, u128::from(self.thread)))
    }

    fn thread(&self) -> ThreadId {
        ThreadId::from_uuid(id(2, u128::from(self.thread)))
    }

    fn author(&self) -> UserId {
        UserId::from_uuid(id(3, u128::from(self.person)))
    }

    fn command(&self) -> CommandId {
        CommandId::from_uuid(id(4, u128::from(self.command)))
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Push {
        thread: u8,
        person: u8,
        twin: bool,
    },
    Batch,
    Alone,
    /// The oldest run ends: so many of its messages are answered, the rest waits again with this care.
    End {
        answered: usize,
        care: u8,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8, 0..4_u8, prop::bool::weighted(0.1))
            .prop_map(|(thread, person, twin)| Step::Push { thread, person, twin }),
        2 => Just(Step::Batch),
        1 => Just(Step::Alone),
        3 => (0..6_usize, 0..4_u8).prop_map(|(answered, care)| Step::End { answered, care }),
    ]
}

const CARES: [Care; 4] = [Care::Together, Care::Again, Care::Locked, Care::Single];

/// A world around the queue: what was pushed, what is being written, what was answered.
#[derive(Default)]
struct World {
    queue: Queue<Note>,
    pushed: Vec<Note>,
    running: VecDeque<Run<Note>>,
    answered: Vec<Note>,
}

impl World {
    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Push {
                thread,
                person,
                twin,
            } => self.push(thread, person, twin),
            Step::Batch => {
                let batch = self.queue.next_batch();
                let sizes = batch.iter().map(|run| run.messages.len());
                prop_assert!(sizes.clone().sum::<usize>() <= MAX_BATCH);
                prop_assert!(sizes.clone().all(|size| (1..=MAX_RUN).contains(&size)));
                let vendors: HashSet<_> = batch.iter().map(|run| run.vendor).collect();
                prop_assert!(vendors.len() <= MAX_VENDORS);
                let commands: Vec<_> = batch
                    .iter()
                    .flat_map(|run| run.messages.iter().map(|it| (it.author(), it.command())))
                    .collect();
                let different: HashSet<_> = commands.iter().collect();
                prop_assert_eq!(different.len(), commands.len(), "twins in one batch");
                prop_assert!(batch.iter().all(|run| run.care.shared()));
                self.begin(batch)?;
            }
            Step::Alone => {
                let run = self.queue.next_alone();
                prop_assert!(run.as_ref().is_none_or(|run| !run.care.shared()));
                let single = |run: &Run<Note>| run.care != Care::Single || run.messages.len() == 1;
                prop_assert!(run.as_ref().is_none_or(single));
                self.begin(run)?;
            }
            Step::End { answered, care } => self.end(answered, CARES[usize::from(care)]),
        }
        Ok(())
    }

    fn push(&mut self, thread: u8, person: u8, twin: bool) {
        let number = u32::try_from(self.pushed.len()).expect("few");
        let earlier = self
            .pushed
            .iter()
            .rfind(|it| it.thread == thread && it.person == person);
        let command = earlier.filter(|_| twin).map_or(number, |it| it.command);
        let note = Note {
            thread,
            person,
            number,
            command,
        };
        self.pushed.push(note);
        self.queue.push(note);
    }

    fn begin(&mut self, runs: impl IntoIterator<Item = Run<Note>>) -> Result<(), TestCaseError> {
        for run in runs {
            prop_assert!(!run.messages.is_empty());
            prop_assert!(run.messages.iter().all(|it| it.thread() == run.thread));
            let elsewhere = self.running.iter().any(|it| it.thread == run.thread);
            prop_assert!(!elsewhere, "a thread is written to twice at once");
            self.running.push_back(run);
        }
        Ok(())
    }

    fn end(&mut self, answered: usize, care: Care) {
        let Some(mut run) = self.running.pop_front() else {
            return;
        };
        let left = run.messages.split_off(answered.min(run.messages.len()));
        self.answered.extend(run.messages);
        self.queue.settle(run.thread, left, care);
    }

    fn counts(&self) -> bool {
        let running: usize = self.running.iter().map(|run| run.messages.len()).sum();
        self.queue.waiting() + running + self.answered.len() == self.pushed.len()
    }
}

proptest! {
    #[test]
    fn every_message_is_written_once_and_a_persons_messages_in_order(steps in vec(step(), 0..300)) {
        let mut world = World::default();
        for step in steps {
            world.take(step)?;
            prop_assert!(world.counts());
        }
        // From here on everything goes well, and everything is answered within a bounded number of rounds.
        for _ in 0..=world.pushed.len() {
            while !world.running.is_empty() {
                world.end(usize::MAX, Care::Together);
            }
            world.take(Step::Batch)?;
            while world.queue.has_alone() {
                world.take(Step::Alone)?;
            }
        }
        prop_assert!(world.running.is_empty() && world.queue.is_idle());
        prop_assert!(!world.queue.has_batch() && !world.queue.has_alone());
        let by_person = |notes: &[Note]| {
            let mut notes = notes.to_vec();
            // Stable: what is compared is each person's order in each thread.
            notes.sort_by_key(|it| (it.thread, it.person));
            notes
        };
        prop_assert_eq!(by_person(&world.answered), by_person(&world.pushed));
    }

    #[test]
    fn who_writes_little_waits_for_one_message_of_each_other(
        crowd in 1..400_u32,
        others in 1..4_u8,
    ) {
        let mut queue = Queue::default();
        for number in 0..crowd {
            queue.push(Note { thread: 0, person: 0, number, command: number });
        }
        for person in 1..=others {
            let number = crowd + u32::from(person);
            queue.push(Note { thread: 0, person, number, command: number });
        }
        let batch = queue.next_batch();
        let people: Vec<u8> = batch[0].messages.iter().map(|it| it.person).take(usize::from(others) + 1).collect();
        prop_assert_eq!(people, (0..=others).collect::<Vec<_>>());
    }

    #[test]
    fn a_busy_thread_leaves_others_their_turn(crowd in 1..400_u32, threads in 1..8_u8) {
        let mut queue = Queue::default();
        for number in 0..crowd {
            queue.push(Note { thread: 0, person: 0, number, command: number });
        }
        for thread in 1..threads {
            let number = crowd + u32::from(thread);
            queue.push(Note { thread, person: 0, number, command: number });
        }
        let first = queue.next_batch();
        prop_assert_eq!(first.len(), usize::from(threads));
        // Whoever comes while a batch is written is in the next one.
        queue.push(Note { thread: 9, person: 0, number: 1_000, command: 1_000 });
        for run in first {
            queue.settle(run.thread, Vec::new(), Care::Together);
        }
        prop_assert!(queue.next_batch().iter().any(|run| run.messages[0].number == 1_000));
    }
}

#[test]
fn vendors_past_the_most_are_next() {
    let mut queue = Queue::default();
    let threads = u8::try_from(MAX_VENDORS).expect("few") + 3;
    for thread in 0..threads {
        queue.push(Note {
            thread,
            person: 0,
            number: u32::from(thread),
            command: u32::from(thread),
        });
    }
    assert_eq!(queue.next_batch().len(), MAX_VENDORS);
    let next = queue.next_batch();
    assert_eq!(
        next.iter()
            .map(|run| run.messages[0].thread)
            .collect::<Vec<_>>(),
        [8, 9, 10]
    );
    assert!(!queue.has_batch() && !queue.is_idle());
}
