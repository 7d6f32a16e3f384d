//! Who waits to write, and who is next, as a pure reducer: knows no store, no task and no clock.
//!
//! Messages wait by thread, and in a thread by person. A batch takes threads in turn, and in each thread people in
//! turn: whoever writes much, in however many windows, makes others wait for one message of theirs, not for all. A
//! thread is in one run at a time, so that no two messages are sealed onto one head; a person's messages keep their
//! order.

use orderline_domain::ids::{CommandId, ThreadId, UserId, VendorId};
use std::collections::{HashMap, HashSet, VecDeque};

/// Messages of one batch.
pub(super) const MAX_BATCH: usize = 256;
/// Messages of one thread in a batch.
pub(super) const MAX_RUN: usize = 32;
/// Vendors in one batch: the statement looks at each by itself.
pub(super) const MAX_VENDORS: usize = 8;

/// What the queue has to know of a message.
pub(super) trait Waiting {
    fn vendor(&self) -> VendorId;
    fn thread(&self) -> ThreadId;
    fn author(&self) -> UserId;
    fn command(&self) -> CommandId;
}

/// How a thread's next run is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Care {
    /// With other threads, onto the head that the node remembers.
    #[default]
    Together,
    /// As before; once that has failed the thread's row is locked.
    Again,
    /// In a transaction of its own, with the row locked.
    Locked,
    /// Likewise, and one message at a time: one of them cannot be written.
    Single,
}

impl Care {
    /// Whether the run shares its transaction with others.
    pub(super) const fn shared(self) -> bool {
        matches!(self, Self::Together | Self::Again)
    }
}

/// Messages of one thread that are written together, in this order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run<M> {
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub care: Care,
    pub messages: Vec<M>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Queue<M> {
    threads: HashMap<ThreadId, Thread<M>>,
    /// Threads whose next run shares a batch, the next one first. A thread is in one of these lists at most, and in
    /// none while it is written to.
    together: VecDeque<ThreadId>,
    /// Threads whose next run is alone.
    alone: VecDeque<ThreadId>,
    waiting: usize,
}

#[derive(Debug)]
struct Thread<M> {
    vendor: VendorId,
    care: Care,
    /// Whether a run of this thread is being written.
    written_to: bool,
    /// The person whose turn it is first.
    people: VecDeque<(UserId, VecDeque<M>)>,
}

impl<M> Default for Queue<M> {
    fn default() -> Self {
        Self {
            threads: HashMap::new(),
            together: VecDeque::new(),
            alone: VecDeque::new(),
            waiting: 0,
        }
    }
}

impl<M: Waiting> Queue<M> {
    /// Messages that wait; those of runs that were taken do not count.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether nothing waits and nothing is being written.
    pub(super) fn is_idle(&self) -> bool {
        self.threads.is_empty()
    }

    /// Whether the next batch would hold something.
    pub(super) fn has_batch(&self) -> bool {
        !self.together.is_empty()
    }

    /// Whether a run waits that is to be written alone.
    pub(super) fn has_alone(&self) -> bool {
        !self.alone.is_empty()
    }

    /// Takes in a message.
    pub(super) fn push(&mut self, message: M) {
        let (id, vendor, author) = (message.thread(), message.vendor(), message.author());
        let thread = self.threads.entry(id).or_insert_with(|| Thread {
            vendor,
            care: Care::default(),
            written_to: false,
            people: VecDeque::new(),
        });
        let idle = thread.people.is_empty() && !thread.written_to;
        thread.of(author).push_back(message);
        self.waiting += 1;
        if idle {
            self.together.push_back(id);
        }
    }

    /// The next batch: threads in turn.
    pub(super) fn next_batch(&mut self) -> Vec<Run<M>> {
        let (mut batch, mut vendors, mut commands) = (Vec::new(), HashSet::new(), HashSet::new());
        let (mut room, mut passed_over) = (MAX_BATCH, Vec::new());
        // Each thread once; one of a vendor too many is the first of the next batch.
        for _ in 0..self.together.len() {
            if room == 0 {
                break;
            }
            let Some(id) = self.together.pop_front() else {
                break;
            };
            let Some(thread) = self.threads.get_mut(&id) else {
                continue;
            };
            if vendors.len() == MAX_VENDORS && !vendors.contains(&thread.vendor) {
                passed_over.push(id);
                continue;
            }
            vendors.insert(thread.vendor);
            let run = thread.take(id, room.min(MAX_RUN), &mut commands);
            if run.messages.is_empty() {
                // All that waits are twins of messages in this batch.
                passed_over.push(id);
                continue;
            }
            room -= run.messages.len();
            self.waiting -= run.messages.len();
            batch.push(run);
        }
        for id in passed_over.into_iter().rev() {
            self.together.push_front(id);
        }
        batch
    }

    /// The next run that is to be written alone.
    pub(super) fn next_alone(&mut self) -> Option<Run<M>> {
        let id = self.alone.pop_front()?;
        let thread = self.threads.get_mut(&id)?;
        let most = if thread.care == Care::Single {
            1
        } else {
            MAX_RUN
        };
        let run = thread.take(id, most, &mut HashSet::new());
        self.waiting -= run.messages.len();
        Some(run)
    }

    /// A run has ended: these of its messages, in their order, wait again, and the thread's next run is written with
    /// this care.
    pub(super) fn settle(&mut self, id: ThreadId, left: Vec<M>, care: Care) {
        let Some(thread) = self.threads.get_mut(&id) else {
            return;
        };
        self.waiting += left.len();
        for message in left.into_iter().rev() {
            let author = message.author();
            thread.of(author).push_front(message);
        }
        thread.care = care;
        thread.written_to = false;
        if thread.people.is_empty() {
            self.threads.remove(&id);
        } else if care.shared() {
            self.together.push_back(id);
        } else {
            self.alone.push_back(id);
        }
    }
}

impl<M: Waiting> Thread<M> {
    /// A person's messages.
    fn of(&mut self, author: UserId) -> &mut VecDeque<M> {
        let at = self.people.iter().position(|(person, _)| *person == author);
        let at = at.unwrap_or_else(|| {
            self.people.push_back((author, VecDeque::new()));
            self.people.len() - 1
        });
        &mut self.people[at].1
    }

    /// Takes up to `most` messages, people in turn. Of twins (a command that was sent again while it waited) the
    /// second stays, and is found done afterwards.
    fn take(
        &mut self,
        id: ThreadId,
        most: usize,
        commands: &mut HashSet<(UserId, CommandId)>,
    ) -> Run<M> {
        let mut messages = Vec::new();
        // People whose next message has to stay.
        let mut held = Vec::new();
        while messages.len() < most {
            let Some((author, mut theirs)) = self.people.pop_front() else {
                break;
            };
            let twin = theirs
                .front()
                .is_some_and(|it| !commands.insert((author, it.command())));
            if twin {
                held.push((author, theirs));
                continue;
            }
            messages.extend(theirs.pop_front());
            if !theirs.is_empty() {
                self.people.push_back((author, theirs));
            }
        }
        self.people.extend(held);
        self.written_to = !messages.is_empty();
        Run {
            vendor: self.vendor,
            thread: id,
            care: self.care,
            messages,
        }
    }
}

#[cfg(test)]
mod tests;
