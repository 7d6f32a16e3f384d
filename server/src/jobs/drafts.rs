//! Keeps this node's drafts (X6): takes what is typed, and loads and saves beside that. What changed is saved every
//! [`SAVE_EVERY`] and when the node stops: a crash loses that much typing and nothing else.

use crate::{
    live::drafts::{DraftInbox, Drafts, Message, Step, Stored, Unsaved},
    usecase::{Runner, offer::draft},
};
use futures::{FutureExt as _, StreamExt as _, stream};
use orderline_domain::ids::{ThreadId, VendorId};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, Semaphore, oneshot, watch},
    task::JoinSet,
};

/// How often changed drafts are saved.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// Drafts that are loaded at the same time.
const LOADS: usize = 4;
/// Drafts that are saved at the same time.
const SAVES: usize = 4;

/// Keeps the drafts until the node stops; by then [`crate::live::DraftDesk::save`] has had everything saved.
pub(super) async fn run(
    run: Runner,
    inbox: Arc<Mutex<DraftInbox>>,
    mut stop: watch::Receiver<bool>,
) {
    let mut inbox = inbox.lock().await;
    let mut keeper = Keeper {
        run,
        drafts: Drafts::default(),
        loads: Arc::new(Semaphore::new(LOADS)),
        works: JoinSet::new(),
        saving: false,
        asked: Vec::new(),
    };
    let mut tick = tokio::time::interval(SAVE_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = inbox.next() => match message {
                Some(message) => keeper.take(message),
                None => return,
            },
            Some(done) = keeper.works.join_next() => match done {
                Ok(done) => keeper.done(done),
                Err(error) => {
                    tracing::error!(%error, "loading or saving a draft failed");
                    keeper.saving = false;
                }
            },
            _ = tick.tick() => keeper.save(),
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

struct Keeper {
    run: Runner,
    drafts: Drafts,
    loads: Arc<Semaphore>,
    works: JoinSet<Done>,
    saving: bool,
    /// Who waits until everything is saved.
    asked: Vec<oneshot::Sender<()>>,
}

enum Done {
    Loaded(ThreadId, Option<Box<Stored>>),
    /// What became of each version, and who waited for that.
    Saved(Vec<(ThreadId, u64, Saved)>, Vec<oneshot::Sender<()>>),
}

impl Keeper {
    fn take(&mut self, message: Message) {
        match message {
            Message::Edit(edit) => {
                let thread = edit.thread;
                let step = self.drafts.edit(*edit, self.run.env.clock.now());
                self.follow(thread, step);
            }
            Message::Current(thread, answer) => {
                // Whoever asked may have gone.
                let _ = answer.send(self.drafts.current(thread));
            }
            Message::Unsaved(mut threads, answer) => {
                threads.retain(|thread| self.drafts.is_unsaved(*thread));
                // Whoever asked may have gone.
                let _ = answer.send(threads.into_iter().collect());
            }
            Message::Save(done) => {
                self.asked.push(done);
                self.save();
            }
        }
    }

    fn follow(&mut self, thread: ThreadId, step: Step) {
        match step {
            Step::Load(vendor) => self.load(vendor, thread),
            Step::Tell(audience, signal) => self.run.env.hub.signal(&audience, *signal),
            Step::Nothing => {}
            Step::Full => tracing::warn!(thread.id = %thread, "too many drafts; one is not taken"),
        }
    }

    fn load(&mut self, vendor: VendorId, thread: ThreadId) {
        let (run, loads) = (self.run.clone(), Arc::clone(&self.loads));
        self.works.spawn(async move {
            let _turn = loads.acquire().await;
            let load = run.job(vendor, |cx| draft::load(cx, vendor, thread).boxed());
            let stored = load.await;
            if let Err(failure) = &stored {
                tracing::warn!(thread.id = %thread, error = %failure, "a draft was not taken");
            }
            Done::Loaded(thread, stored.ok().map(Box::new))
        });
    }

    /// Saves what changed, one save at a time.
    fn save(&mut self) {
        if self.saving || (self.drafts.is_loading() && !self.asked.is_empty()) {
            return;
        }
        let unsaved = self.drafts.unsaved();
        let asked = std::mem::take(&mut self.asked);
        if unsaved.is_empty() && asked.is_empty() {
            return;
        }
        self.saving = true;
        let run = self.run.clone();
        self.works
            .spawn(async move { Done::Saved(save(&run, unsaved).await, asked) });
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Loaded(thread, stored) => {
                let steps =
                    self.drafts
                        .loaded(thread, stored.map(|it| *it), self.run.env.clock.now());
                for step in steps {
                    self.follow(thread, step);
                }
            }
            Done::Saved(saved, asked) => {
                self.saving = false;
                for (thread, version, saved) in saved {
                    match saved {
                        Saved::Yes => self.drafts.saved(thread, version),
                        Saved::Later => {}
                        Saved::Never => {
                            let step = self.drafts.given_up(thread, version);
                            self.follow(thread, step);
                        }
                    }
                }
                for asked in asked {
                    // Whoever asked may have gone.
                    let _ = asked.send(());
                }
            }
        }
        if !self.asked.is_empty() {
            self.save();
        }
    }
}

/// What became of a version that was to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    Yes,
    /// The database does not answer now.
    Later,
    /// It never can be.
    Never,
}

/// Saves a few at a time, so that one that is slow holds up none of the others.
async fn save(run: &Runner, unsaved: Vec<Unsaved>) -> Vec<(ThreadId, u64, Saved)> {
    let saves = unsaved.into_iter().map(|it| {
        let run = run.clone();
        async move {
            let saving = run.job(it.vendor, |cx| draft::save(cx, &it).boxed());
            let saved = match saving.await {
                Ok(()) => Saved::Yes,
                Err(failure) if failure.is_transient() => Saved::Later,
                Err(failure) => {
                    tracing::error!(offer.id = %it.offer, error = %failure, "a draft can never be saved");
                    Saved::Never
                }
            };
            (it.thread, it.draft.version, saved)
        }
        .boxed()
    });
    let saves: Vec<_> = saves.collect();
    let done: Vec<_> = stream::iter(saves).buffer_unordered(SAVES).collect().await;
    let waiting = done.iter().filter(|(.., saved)| *saved == Saved::Later);
    let waiting = waiting.count();
    if waiting > 0 {
        tracing::warn!(
            drafts = waiting,
            "drafts wait to be saved: the database does not answer"
        );
    }
    done
}
