//! Who is connected, and how news reaches them. Every socket has a bounded queue: one that does not keep up is
//! marked, told Bye by its own task, and resumes from the store.
//!
//! The maps are short-lived critical sections in shards; no lock is held across an await.

mod shards;

use crate::store::thread::events::Published;
use orderline_domain::ids::{ThreadId, UserId, VendorId};
use orderline_protocol::socket::{ByeReason, ServerFrame, ServerSignal};
use serde::{Deserialize, Serialize};
use shards::Shards;
use std::{
    collections::HashSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};
use tokio::sync::{mpsc, watch};

/// Frames that wait for one socket.
pub const SOCKET_QUEUE: usize = 256;

/// Whom a signal reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// On those of their sockets that act at this vendor; none: on all.
    pub vendor: Option<VendorId>,
    pub people: Vec<UserId>,
    /// And whoever follows this thread of the vendor's.
    pub followers_of: Option<ThreadId>,
}

impl Audience {
    /// These people, whatever they act as.
    pub const fn everywhere(people: Vec<UserId>) -> Self {
        Self {
            vendor: None,
            people,
            followers_of: None,
        }
    }

    /// These people, where they act at this vendor.
    pub const fn at(vendor: VendorId, people: Vec<UserId>) -> Self {
        Self {
            vendor: Some(vendor),
            people,
            followers_of: None,
        }
    }

    /// The people of a vendor's thread (every event names them) and whoever follows it.
    pub const fn thread(vendor: VendorId, thread: ThreadId, people: Vec<UserId>) -> Self {
        Self {
            vendor: Some(vendor),
            people,
            followers_of: Some(thread),
        }
    }
}

/// Whom a delivery is for.
struct Meant<'a> {
    /// The thread that it is about, for those who see no other; none: about none.
    about: Option<ThreadId>,
    /// Where the people act; none: anywhere.
    vendor: Option<VendorId>,
    followers_of: Option<ThreadId>,
    people: &'a [UserId],
}

impl<'a> Meant<'a> {
    /// Everybody whom a thread concerns.
    const fn of_thread(vendor: VendorId, thread: ThreadId, people: &'a [UserId]) -> Self {
        Self {
            about: Some(thread),
            vendor: Some(vendor),
            followers_of: Some(thread),
            people,
        }
    }
}

/// What waits in a socket's queue: text that is serialised once for all its readers.
#[derive(Clone, Debug)]
pub enum Delivery {
    Event {
        thread: ThreadId,
        seq: i64,
        frame: Text,
    },
    Signal(Text),
    /// Something may have been written that nobody told of, in this thread or (`None`) in any: look.
    Nudge(Option<ThreadId>),
}

/// A signal on its way to the other nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outbound {
    pub audience: Audience,
    pub signal: ServerSignal,
}

/// A frame's JSON, shared between sockets.
pub type Text = axum::extract::ws::Utf8Bytes;

/// The place where sockets meet. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    users: Shards<UserId>,
    followers: Shards<Followed>,
    next: AtomicU64,
    sockets: AtomicUsize,
    closing: watch::Sender<Closing>,
    outbound: OnceLock<mpsc::Sender<Outbound>>,
}

/// A thread as it is followed: of one vendor, so that an id alone opens nothing.
type Followed = (VendorId, ThreadId);

/// Whose socket takes a place in the hub.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    pub vendor: VendorId,
    pub user: UserId,
    /// Nothing of other threads reaches this socket.
    pub only_thread: Option<ThreadId>,
}

/// Which sockets are to come back elsewhere, or a moment later.
#[derive(Clone, Copy, Debug, Default)]
struct Closing {
    all: bool,
    /// Those that entered before this number was given.
    before: u64,
}

/// One socket's place in the hub; leaves it when dropped.
pub struct Seat {
    hub: Hub,
    handle: Arc<Handle>,
    followed: HashSet<ThreadId>,
}

struct Handle {
    id: u64,
    holder: Holder,
    queue: mpsc::Sender<Delivery>,
    /// Set once, with the queue's overflow.
    slow: AtomicBool,
    wake: tokio::sync::Notify,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            users: Shards::new(),
            followers: Shards::new(),
            next: AtomicU64::new(1),
            sockets: AtomicUsize::new(0),
            closing: watch::Sender::default(),
            outbound: OnceLock::new(),
        }))
    }

    /// Gives a socket its place: from now on its queue receives what concerns the user.
    pub fn enter(&self, holder: Holder) -> (Seat, mpsc::Receiver<Delivery>) {
        let (queue, receiver) = mpsc::channel(SOCKET_QUEUE);
        let handle = Arc::new(Handle {
            id: self.0.next.fetch_add(1, Ordering::Relaxed),
            holder,
            queue,
            slow: AtomicBool::new(false),
            wake: tokio::sync::Notify::new(),
        });
        self.0.users.add(holder.user, Arc::clone(&handle));
        self.0.sockets.fetch_add(1, Ordering::Relaxed);
        let seat = Seat {
            hub: self.clone(),
            handle,
            followed: HashSet::new(),
        };
        (seat, receiver)
    }

    /// Hands committed events to everybody they concern, in the order given.
    pub fn publish(&self, events: &[Published]) {
        for published in events {
            let frame = ServerFrame::Event {
                thread: published.thread,
                event: published.event.clone().into(),
            };
            let Some(frame) = text(&frame) else { continue };
            let delivery = Delivery::Event {
                thread: published.thread,
                seq: published.event.seq,
                frame,
            };
            let meant = Meant::of_thread(published.vendor, published.thread, &published.people);
            self.deliver(&meant, &delivery);
        }
    }

    /// Makes everybody whom a thread concerns look into the store for what they have not got.
    pub fn nudge(&self, vendor: VendorId, thread: ThreadId, people: &[UserId]) {
        let meant = Meant::of_thread(vendor, thread, people);
        self.deliver(&meant, &Delivery::Nudge(Some(thread)));
    }

    /// Makes everybody of a vendor look: what concerns each of its threads has changed.
    pub fn nudge_vendor(&self, vendor: VendorId) {
        self.0.users.each(|handle| {
            if handle.holder.vendor == vendor {
                handle.push(Delivery::Nudge(None));
            }
        });
    }

    /// Makes everybody look: news from other nodes may have been missed.
    pub fn nudge_all(&self) {
        self.0
            .users
            .each(|handle| handle.push(Delivery::Nudge(None)));
    }

    /// From now on signals are also handed to this queue, for the other nodes.
    pub fn pass_on(&self, outbound: mpsc::Sender<Outbound>) {
        // Set once, at start.
        self.0.outbound.set(outbound).ok();
    }

    /// Hands passing news to an audience; may be lost.
    pub fn signal(&self, audience: &Audience, signal: ServerSignal) {
        self.signal_here(audience, &signal);
        if let Some(outbound) = self.0.outbound.get()
            && goes_to_other_nodes(&signal)
        {
            let audience = audience.clone();
            if outbound.try_send(Outbound { audience, signal }).is_err() {
                tracing::warn!("a signal for other nodes was dropped");
            }
        }
    }

    /// Hands passing news to an audience on this node.
    pub fn signal_here(&self, audience: &Audience, signal: &ServerSignal) {
        let about = signal.thread();
        let signal = signal.clone();
        let Some(frame) = text(&ServerFrame::Signal { signal }) else {
            return;
        };
        let delivery = Delivery::Signal(frame);
        let meant = Meant {
            about,
            vendor: audience.vendor,
            followers_of: audience.followers_of,
            people: &audience.people,
        };
        self.deliver(&meant, &delivery);
    }

    /// Which of these people are connected to this node, acting at this vendor.
    pub fn online(&self, vendor: VendorId, people: &[UserId]) -> Vec<UserId> {
        let mut online = people.to_vec();
        online.retain(|user| self.is_online(vendor, *user));
        online
    }

    /// Whether this person is connected to this node, acting at this vendor.
    pub fn is_online(&self, vendor: VendorId, user: UserId) -> bool {
        self.0.users.with(user, |list| {
            list.iter().any(|handle| handle.holder.vendor == vendor)
        })
    }

    /// Whether a socket of this person was found too slow and has not left yet.
    pub fn is_slow(&self, user: UserId) -> bool {
        self.0.users.with(user, |list| {
            list.iter()
                .any(|handle| handle.slow.load(Ordering::Acquire))
        })
    }

    /// Sockets connected to this node.
    pub fn sockets(&self) -> usize {
        self.0.sockets.load(Ordering::Relaxed)
    }

    /// Tells every socket that the server restarts.
    pub fn close(&self) {
        self.0.closing.send_modify(|closing| closing.all = true);
    }

    /// Tells every socket of now that the server restarts. Whoever comes back here is let in: it may be that there is no
    /// other server to go to, and a call that still runs needs its page.
    pub fn move_on(&self) {
        let before = self.0.next.load(Ordering::Relaxed);
        self.0
            .closing
            .send_modify(|closing| closing.before = before);
    }

    fn deliver(&self, to: &Meant<'_>, delivery: &Delivery) {
        let Meant {
            about,
            vendor,
            followers_of,
            people,
        } = *to;
        let meant = |handle: &&Arc<Handle>| {
            let Holder {
                vendor: at,
                only_thread: only,
                ..
            } = handle.holder;
            (only.is_none() || only == about) && vendor.is_none_or(|vendor| vendor == at)
        };
        for user in people {
            self.0.users.with(*user, |list| {
                for handle in list.iter().filter(meant) {
                    handle.push(delivery.clone());
                }
            });
        }
        if let Some(followed) = vendor.zip(followers_of) {
            self.0.followers.with(followed, |list| {
                for handle in list
                    .iter()
                    .filter(meant)
                    .filter(|handle| !people.contains(&handle.holder.user))
                {
                    handle.push(delivery.clone());
                }
            });
        }
    }
}

impl Handle {
    fn push(&self, delivery: Delivery) {
        if self.queue.try_send(delivery).is_err() && !self.slow.swap(true, Ordering::AcqRel) {
            self.wake.notify_one();
        }
    }
}

impl Seat {
    /// Also receives what is told of this thread of the holder's vendor, for people who read it without taking part.
    /// Whoever calls this has found out that the holder may.
    pub fn follow(&mut self, thread: ThreadId) {
        if self.followed.insert(thread) {
            let handle = Arc::clone(&self.handle);
            let vendor = self.handle.holder.vendor;
            self.hub.0.followers.add((vendor, thread), handle);
        }
    }

    /// Receives nothing more of this thread, but as one of its people.
    pub fn unfollow(&mut self, thread: ThreadId) {
        if self.followed.remove(&thread) {
            let vendor = self.handle.holder.vendor;
            self.hub
                .0
                .followers
                .remove((vendor, thread), self.handle.id);
        }
    }

    /// Waits until the hub wants this socket closed, and says why.
    pub fn closing(&self) -> impl Future<Output = ByeReason> + use<> {
        let handle = Arc::clone(&self.handle);
        let mut closing = self.hub.0.closing.subscribe();
        async move {
            loop {
                let Closing { all, before } = *closing.borrow_and_update();
                if all || handle.id < before {
                    return ByeReason::Restarting;
                }
                if let Some(reason) = handle.close_reason() {
                    return reason;
                }
                tokio::select! {
                    () = handle.wake.notified() => {}
                    changed = closing.changed() => {
                        if changed.is_err() {
                            return ByeReason::Restarting;
                        }
                    }
                }
            }
        }
    }
}

impl Handle {
    /// Whether, and why, this socket is to be closed.
    fn close_reason(&self) -> Option<ByeReason> {
        self.slow
            .load(Ordering::Acquire)
            .then_some(ByeReason::SlowConsumer)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let inner = &self.hub.0;
        let holder = self.handle.holder;
        inner.users.remove(holder.user, self.handle.id);
        for thread in &self.followed {
            inner
                .followers
                .remove((holder.vendor, *thread), self.handle.id);
        }
        inner.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who is present is each node's own knowledge. A thread's state is read by each node when the store says that it has
/// changed: it may be larger than what nodes can tell each other, and must not be lost.
const fn goes_to_other_nodes(signal: &ServerSignal) -> bool {
    match signal {
        ServerSignal::Presence { .. }
        | ServerSignal::Call { .. }
        | ServerSignal::Offer { .. }
        | ServerSignal::Order { .. }
        | ServerSignal::Calling { .. } => false,
        ServerSignal::Typing { .. }
        | ServerSignal::Draft { .. }
        | ServerSignal::DraftRefused { .. }
        | ServerSignal::DraftUnsaved { .. }
        | ServerSignal::Reminder { .. }
        | ServerSignal::CallBacks
        | ServerSignal::HandOver { .. } => true,
    }
}

/// A frame's JSON. Frames always have one; should that ever change, the fault is logged and the frame dropped.
pub fn text(frame: &ServerFrame) -> Option<Text> {
    match serde_json::to_string(frame) {
        Ok(json) => Some(json.into()),
        Err(error) => {
            tracing::error!(%error, "a frame has no JSON");
            None
        }
    }
}
