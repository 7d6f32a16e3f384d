//! The live draft of an offer: seen by both sides as the seller types, saved outside the thread (X6).
//!
//! One task holds the drafts of this node. It is told of every change through a bounded queue and saves what
//! changed every [`SAVE_EVERY`] and when the server stops, so a crash loses that much typing and nothing else.

use super::{Actor, Failure, people};
use crate::{
    app::App,
    hub::Audience,
    store::offers::{self, NewOffer, Which},
};
use jiff::Timestamp;
use orderline_domain::{
    draft::Draft,
    editing::{EDITOR_LEASE, LastEdit, may_edit},
    ids::{OfferId, ThreadId, UserId, VendorId},
    roles::Action,
};
use orderline_protocol::{problem::Code, socket::ServerSignal};
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// How often changed drafts are saved.
pub const SAVE_EVERY: Duration = Duration::from_secs(1);
/// Changes that wait for the task.
const QUEUE: usize = 1_024;
/// Drafts held at once; past it, those that are saved and rest are forgotten.
const MAX_HELD: usize = 10_000;
/// Largest draft, in bytes of JSON.
const MAX_DRAFT_BYTES: usize = 16 * 1024;

/// The way to the task. Made with the app, set to work by [`DraftDesk::start`].
#[derive(Debug, Default)]
pub struct DraftDesk {
    queue: OnceLock<mpsc::Sender<Message>>,
}

#[derive(Debug)]
enum Message {
    Edit(Box<Edit>),
    Current(ThreadId, oneshot::Sender<Option<(Draft, UserId)>>),
    Save(oneshot::Sender<()>),
}

#[derive(Debug)]
struct Edit {
    vendor: VendorId,
    user: UserId,
    thread: ThreadId,
    people: Vec<UserId>,
    draft: Draft,
    take_over: bool,
}

struct Held {
    vendor: VendorId,
    offer: OfferId,
    draft: Draft,
    last: Option<LastEdit>,
    unsaved: bool,
    closed: bool,
}

/// Takes a change of the draft as a seller's socket signalled it. What is refused is answered with a signal;
/// signals may be lost, so there is no other reply.
pub async fn on_signal(
    app: &App,
    actor: &Actor,
    thread: ThreadId,
    draft: Draft,
    take_over: bool,
) -> Result<(), Failure> {
    let people = people::of_thread(app, actor, Action::EditOffer, thread).await?;
    let size = serde_json::to_vec(&draft).map_or(usize::MAX, |bytes| bytes.len());
    if size > MAX_DRAFT_BYTES {
        return Err(Code::TooLarge.into());
    }
    let edit = Edit {
        vendor: actor.vendor,
        user: actor.user,
        thread,
        people: people.to_vec(),
        draft,
        take_over,
    };
    let queue = app.drafts.queue.get().ok_or(Code::Unavailable)?;
    queue
        .try_send(Message::Edit(Box::new(edit)))
        .map_err(|_| Code::TooMany)?;
    Ok(())
}

impl DraftDesk {
    /// Starts the task of this node; once.
    pub fn start(app: &App) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        if app.drafts.queue.set(sender).is_ok() {
            let (app, queue) = (app.clone(), Arc::new(Mutex::new(receiver)));
            let supervisor = app.supervisor.clone();
            supervisor.watch("drafts", move || run(app.clone(), Arc::clone(&queue)));
        }
    }

    /// The draft as this node holds it, with its last editor.
    pub async fn current(&self, thread: ThreadId) -> Option<(Draft, UserId)> {
        let (answer, answered) = oneshot::channel();
        self.queue
            .get()?
            .send(Message::Current(thread, answer))
            .await
            .ok()?;
        answered.await.ok().flatten()
    }

    /// Saves everything that is not saved yet; for the end of the process.
    pub async fn save(&self) {
        let (answer, answered) = oneshot::channel();
        if let Some(queue) = self.queue.get()
            && queue.send(Message::Save(answer)).await.is_ok()
        {
            // The task is gone: nothing of it is left to be saved.
            let _ = answered.await;
        }
    }
}

async fn run(app: App, queue: Arc<Mutex<mpsc::Receiver<Message>>>) {
    let mut queue = queue.lock().await;
    let mut drafts: HashMap<ThreadId, Held> = HashMap::new();
    let mut tick = tokio::time::interval(SAVE_EVERY);
    loop {
        tokio::select! {
            message = queue.recv() => match message {
                None => return,
                Some(Message::Edit(edit)) => {
                    let thread = edit.thread;
                    if let Err(failure) = apply(&app, &mut drafts, *edit).await {
                        tracing::warn!(thread.id = %thread, error = %failure, "a draft was not taken");
                    }
                }
                Some(Message::Current(thread, answer)) => {
                    let current = drafts.get(&thread).and_then(|held| {
                        held.last.map(|last| (held.draft.clone(), last.by))
                    });
                    // Whoever asked has gone.
                    let _ = answer.send(current);
                }
                Some(Message::Save(done)) => {
                    save(&app, &mut drafts).await;
                    let _ = done.send(());
                }
            },
            _ = tick.tick() => save(&app, &mut drafts).await,
        }
    }
}

async fn apply(app: &App, drafts: &mut HashMap<ThreadId, Held>, edit: Edit) -> Result<(), Failure> {
    let now = app.clock.now();
    if !drafts.contains_key(&edit.thread) {
        if drafts.len() >= MAX_HELD {
            drafts.retain(|_, held| held.unsaved || rests_since(held, now) < EDITOR_LEASE);
        }
        if drafts.len() >= MAX_HELD {
            return Err(Code::TooMany.into());
        }
        drafts.insert(edit.thread, load(app, &edit, now).await?);
    }
    let held = drafts.get_mut(&edit.thread).ok_or(Code::NotFound)?;
    if held.closed {
        return Ok(());
    }
    if let Some(last) = held.last
        && !may_edit(held.last, edit.user, now, edit.take_over)
    {
        let signal = ServerSignal::DraftRefused {
            thread: edit.thread,
            editor: last.by,
        };
        app.hub.signal(&Audience::User(edit.user), signal);
        return Ok(());
    }
    // A late frame of an earlier connection: what is newer stays.
    if edit.draft.version <= held.draft.version {
        return Ok(());
    }
    held.draft = edit.draft;
    held.last = Some(LastEdit {
        by: edit.user,
        at: now,
    });
    held.unsaved = true;
    let signal = ServerSignal::Draft {
        thread: edit.thread,
        offer: held.offer,
        draft: held.draft.clone(),
        editor: edit.user,
    };
    app.hub
        .signal(&Audience::Thread(edit.thread, edit.people), signal);
    Ok(())
}

fn rests_since(held: &Held, now: Timestamp) -> jiff::SignedDuration {
    held.last.map_or(jiff::SignedDuration::MAX, |last| {
        now.duration_since(last.at)
    })
}

async fn load(app: &App, edit: &Edit, now: Timestamp) -> Result<Held, Failure> {
    let mut tx = app.store.begin(edit.vendor).await?;
    let new = NewOffer {
        offer: OfferId::from_uuid(app.entropy.uuid(now)),
        vendor: edit.vendor,
        thread: edit.thread,
        at: now,
    };
    offers::ensure(&mut tx, &new).await?;
    let stored = offers::find(&mut tx, Which::OfThread(edit.thread))
        .await?
        .ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(Held {
        vendor: edit.vendor,
        offer: stored.offer.id,
        draft: stored.draft,
        last: None,
        unsaved: false,
        closed: matches!(
            stored.offer.state,
            orderline_domain::offer::OfferState::Finalised { .. }
        ),
    })
}

async fn save(app: &App, drafts: &mut HashMap<ThreadId, Held>) {
    for held in drafts.values_mut().filter(|held| held.unsaved) {
        let Some(last) = held.last else { continue };
        let saved = async {
            let mut tx = app.store.begin(held.vendor).await?;
            offers::save_draft(&mut tx, held.offer, &held.draft, last.by).await?;
            tx.commit().await
        };
        match saved.await {
            Ok(()) => held.unsaved = false,
            Err(error) => {
                tracing::warn!(offer.id = %held.offer, %error, "a draft waits to be saved");
            }
        }
    }
}
