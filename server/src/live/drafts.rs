//! The live drafts of this node's offers: who types what, and what of it is saved. [`Drafts`] decides and waits for
//! nothing; [`crate::jobs`] loads and saves beside it, so that whoever asks for a draft never waits for the database.

use crate::live::hub::Audience;
use jiff::Timestamp;
use orderline_domain::{
    ids::{OfferId, ThreadId, UserId, VendorId},
    offer::{
        draft::Draft,
        editing::{EDITOR_LEASE, LastEdit, may_edit, version_after},
    },
};
use orderline_protocol::{problem::Code, socket::ServerSignal};
use std::collections::{HashMap, HashSet, VecDeque};
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

/// Changes that wait for the task.
const QUEUE: usize = 1_024;
/// Drafts held at once; past it, those that are saved and rest are forgotten.
const MAX_HELD: usize = 10_000;
/// Changes of one draft that wait until it is loaded; past it the oldest goes.
const MAX_WAITING: usize = 16;

/// The way to the task that keeps this node's drafts.
#[derive(Debug)]
pub struct DraftDesk {
    queue: mpsc::Sender<Message>,
}

/// The task's end of the queue.
pub struct DraftInbox(mpsc::Receiver<Message>);

/// What the task is asked.
#[derive(Debug)]
pub enum Message {
    Edit(Box<Edit>),
    Current(ThreadId, oneshot::Sender<Option<(Draft, UserId)>>),
    Unsaved(Vec<ThreadId>, oneshot::Sender<HashSet<ThreadId>>),
    Save(oneshot::Sender<()>),
}

/// A change as a seller's page made it; who may make it has been decided.
#[derive(Clone, Debug)]
pub struct Edit {
    pub vendor: VendorId,
    pub user: UserId,
    pub thread: ThreadId,
    pub people: Vec<UserId>,
    pub draft: Draft,
    pub take_over: bool,
}

impl DraftDesk {
    /// A desk and the task's end of it.
    pub fn new() -> (Self, DraftInbox) {
        let (queue, inbox) = mpsc::channel(QUEUE);
        (Self { queue }, DraftInbox(inbox))
    }

    /// Hands a change to the task. What is refused is answered with a signal.
    ///
    /// # Errors
    /// More changes come than are taken, or the node stops.
    pub fn edit(&self, edit: Edit) -> Result<(), Code> {
        self.queue
            .try_send(Message::Edit(Box::new(edit)))
            .map_err(|error| match error {
                TrySendError::Full(_) => Code::TooMany,
                TrySendError::Closed(_) => Code::Unavailable,
            })
    }

    /// The draft as this node holds it, with its last editor.
    pub async fn current(&self, thread: ThreadId) -> Option<(Draft, UserId)> {
        let (answer, answered) = oneshot::channel();
        let asked = Message::Current(thread, answer);
        self.queue.send(asked).await.ok()?;
        answered.await.ok().flatten()
    }

    /// In which of these threads more was typed than the store has. Ask before the store is read: what is saved in
    /// between is found there.
    pub async fn unsaved(&self, threads: Vec<ThreadId>) -> HashSet<ThreadId> {
        let (answer, answered) = oneshot::channel();
        let asked = Message::Unsaved(threads, answer);
        if self.queue.send(asked).await.is_err() {
            return HashSet::new();
        }
        answered.await.unwrap_or_default()
    }

    /// Saves everything that is not saved yet; for the end of the process.
    pub async fn save(&self) {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Message::Save(answer)).await.is_ok() {
            // The task is gone: nothing of it is left to be saved.
            let _ = answered.await;
        }
    }
}

impl DraftInbox {
    /// The next message; `None` when nobody can send any more.
    pub async fn next(&mut self) -> Option<Message> {
        self.0.recv().await
    }
}

/// The drafts that this node holds.
#[derive(Debug, Default)]
pub struct Drafts {
    places: HashMap<ThreadId, Place>,
}

#[derive(Debug)]
enum Place {
    /// These changes wait until the draft is loaded.
    Loading(VecDeque<Edit>),
    Held(Box<Held>),
}

/// A draft as the store has it.
#[derive(Clone, Debug)]
pub struct Stored {
    pub vendor: VendorId,
    pub offer: OfferId,
    pub draft: Draft,
    /// Ordered: nothing is changed any more.
    pub closed: bool,
}

#[derive(Debug)]
struct Held {
    stored: Stored,
    last: Option<LastEdit>,
    unsaved: bool,
}

/// A draft that is to be saved.
#[derive(Clone, Debug)]
pub struct Unsaved {
    pub thread: ThreadId,
    pub vendor: VendorId,
    pub offer: OfferId,
    pub draft: Draft,
    pub editor: UserId,
}

/// What follows from a change.
#[derive(Debug)]
pub enum Step {
    /// It waits: the draft is to be loaded.
    Load(VendorId),
    Tell(Audience, Box<ServerSignal>),
    Nothing,
    /// There is no room for another draft.
    Full,
}

impl Drafts {
    /// A seller changed a draft.
    pub fn edit(&mut self, edit: Edit, now: Timestamp) -> Step {
        match self.places.get_mut(&edit.thread) {
            Some(Place::Held(held)) => held.edit(edit, now),
            Some(Place::Loading(waiting)) => {
                if waiting.len() >= MAX_WAITING {
                    waiting.pop_front();
                }
                waiting.push_back(edit);
                Step::Nothing
            }
            None => {
                self.make_room(now);
                if self.places.len() >= MAX_HELD {
                    return Step::Full;
                }
                let vendor = edit.vendor;
                self.places
                    .insert(edit.thread, Place::Loading(VecDeque::from([edit])));
                Step::Load(vendor)
            }
        }
    }

    /// A draft was loaded, or (`None`) could not be: what waited for it is taken now, or lost.
    pub fn loaded(
        &mut self,
        thread: ThreadId,
        stored: Option<Stored>,
        now: Timestamp,
    ) -> Vec<Step> {
        let Some(Place::Loading(waiting)) = self.places.remove(&thread) else {
            return Vec::new();
        };
        let Some(stored) = stored else {
            return Vec::new();
        };
        let mut held = Held {
            stored,
            last: None,
            unsaved: false,
        };
        let steps = waiting.into_iter().map(|edit| held.edit(edit, now));
        let steps = steps.collect();
        self.places.insert(thread, Place::Held(Box::new(held)));
        steps
    }

    /// The draft that is typed in this thread, with its last editor.
    pub fn current(&self, thread: ThreadId) -> Option<(Draft, UserId)> {
        match self.places.get(&thread)? {
            Place::Held(held) => held.last.map(|last| (held.stored.draft.clone(), last.by)),
            Place::Loading(_) => None,
        }
    }

    /// Whether more was typed in this thread than the store has.
    pub fn is_unsaved(&self, thread: ThreadId) -> bool {
        matches!(self.places.get(&thread), Some(Place::Held(held)) if held.unsaved)
    }

    /// Whether a draft is being loaded.
    pub fn is_loading(&self) -> bool {
        self.places
            .values()
            .any(|place| matches!(place, Place::Loading(_)))
    }

    /// What is to be saved.
    pub fn unsaved(&self) -> Vec<Unsaved> {
        self.places
            .iter()
            .filter_map(|(thread, place)| match place {
                Place::Held(held) if held.unsaved => held.last.map(|last| Unsaved {
                    thread: *thread,
                    vendor: held.stored.vendor,
                    offer: held.stored.offer,
                    draft: held.stored.draft.clone(),
                    editor: last.by,
                }),
                Place::Held(_) | Place::Loading(_) => None,
            })
            .collect()
    }

    /// The store has this version of a thread's draft.
    pub fn saved(&mut self, thread: ThreadId, version: u64) {
        if let Some(Place::Held(held)) = self.places.get_mut(&thread)
            && held.stored.draft.version <= version
        {
            held.unsaved = false;
        }
    }

    /// This version of a thread's draft can never be saved: nobody tries again until it is changed, and its editor is
    /// told.
    pub fn given_up(&mut self, thread: ThreadId, version: u64) -> Step {
        match self.places.get_mut(&thread) {
            Some(Place::Held(held)) if held.stored.draft.version <= version => {
                held.unsaved = false;
                held.last.map_or(Step::Nothing, |last| {
                    let signal = ServerSignal::DraftUnsaved { thread };
                    let editor = Audience::everywhere(vec![last.by]);
                    Step::Tell(editor, Box::new(signal))
                })
            }
            _ => Step::Nothing,
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.places.len() >= MAX_HELD {
            self.places.retain(|_, place| match place {
                Place::Loading(_) => true,
                Place::Held(held) => {
                    held.unsaved
                        || held
                            .last
                            .is_some_and(|last| now.duration_since(last.at) < EDITOR_LEASE)
                }
            });
        }
    }
}

impl Held {
    fn edit(&mut self, edit: Edit, now: Timestamp) -> Step {
        if self.stored.closed {
            return Step::Nothing;
        }
        if let Some(last) = self.last
            && !may_edit(self.last, edit.user, now, edit.take_over)
        {
            let refused = ServerSignal::DraftRefused {
                thread: edit.thread,
                editor: last.by,
            };
            let typing = Audience::at(edit.vendor, vec![edit.user]);
            return Step::Tell(typing, Box::new(refused));
        }
        // A late frame of an earlier connection: what is newer stays.
        let Some(version) = version_after(self.stored.draft.version, edit.draft.version, now)
        else {
            return Step::Nothing;
        };
        self.stored.draft = Draft {
            version,
            ..edit.draft
        };
        self.last = Some(LastEdit {
            by: edit.user,
            at: now,
        });
        self.unsaved = true;
        let draft = ServerSignal::Draft {
            thread: edit.thread,
            offer: self.stored.offer,
            draft: self.stored.draft.clone(),
            editor: edit.user,
        };
        let audience = Audience::thread(edit.vendor, edit.thread, edit.people);
        Step::Tell(audience, Box::new(draft))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn edit(version: u64) -> Edit {
        Edit {
            vendor: VendorId::from_uuid(Uuid::from_u128(1)),
            user: UserId::from_uuid(Uuid::from_u128(2)),
            thread: ThreadId::from_uuid(Uuid::from_u128(3)),
            people: Vec::new(),
            draft: Draft {
                version,
                ..Draft::default()
            },
            take_over: false,
        }
    }

    fn stored() -> Stored {
        Stored {
            vendor: edit(0).vendor,
            offer: OfferId::from_uuid(Uuid::from_u128(4)),
            draft: Draft::default(),
            closed: false,
        }
    }

    #[test]
    fn what_is_typed_while_a_draft_is_loaded_is_taken_in_order() {
        let mut drafts = Drafts::default();
        let (thread, now) = (edit(0).thread, Timestamp::UNIX_EPOCH);
        assert!(matches!(drafts.edit(edit(1), now), Step::Load(_)));
        for version in 2..40 {
            assert!(matches!(drafts.edit(edit(version), now), Step::Nothing));
        }
        assert!(drafts.is_loading());
        assert_eq!(drafts.current(thread), None);
        let told = drafts.loaded(thread, Some(stored()), now);
        assert_eq!(told.len(), MAX_WAITING);
        assert_eq!(drafts.current(thread).unwrap().0.version, 39);
    }

    #[test]
    fn what_changed_while_it_was_saved_is_saved_again() {
        let mut drafts = Drafts::default();
        let (thread, now) = (edit(0).thread, Timestamp::UNIX_EPOCH);
        drafts.edit(edit(1), now);
        drafts.loaded(thread, Some(stored()), now);
        let saving = drafts.unsaved().pop().unwrap();
        drafts.edit(edit(2), now);
        drafts.saved(thread, saving.draft.version);
        assert_eq!(drafts.unsaved().pop().unwrap().draft.version, 2);
        drafts.saved(thread, 2);
        assert!(drafts.unsaved().is_empty() && !drafts.is_unsaved(thread));
    }

    #[test]
    fn a_version_that_can_never_be_saved_is_given_up_and_told() {
        let mut drafts = Drafts::default();
        let (thread, now) = (edit(0).thread, Timestamp::UNIX_EPOCH);
        drafts.edit(edit(1), now);
        drafts.loaded(thread, Some(stored()), now);
        let told = drafts.given_up(thread, 1);
        let Step::Tell(editor, signal) = told else {
            panic!("nobody is told: {told:?}")
        };
        assert!(matches!(*signal, ServerSignal::DraftUnsaved { .. }));
        assert_eq!(editor.people, [edit(0).user]);
        assert!(drafts.unsaved().is_empty(), "it is not tried again");
        drafts.edit(edit(2), now);
        assert_eq!(drafts.unsaved().len(), 1, "what is typed next is");
        assert!(matches!(drafts.given_up(thread, 1), Step::Nothing));
        assert_eq!(drafts.unsaved().len(), 1);
    }

    #[test]
    fn a_draft_that_cannot_be_loaded_is_tried_again_at_the_next_change() {
        let mut drafts = Drafts::default();
        let (thread, now) = (edit(0).thread, Timestamp::UNIX_EPOCH);
        drafts.edit(edit(1), now);
        assert!(drafts.loaded(thread, None, now).is_empty());
        assert!(matches!(drafts.edit(edit(2), now), Step::Load(_)));
    }
}
