//! The way to the calls of this node, and what passes on it.

mod message;

pub use message::{Join, Joined, Message, Trial};

use orderline_domain::{
    call::Call,
    ids::{CallId, UserId},
};
use orderline_media::MediaEvent;
use orderline_protocol::problem::{Code, Problem};
use tokio::sync::{
    mpsc::{
        self,
        error::TrySendError::{Closed, Full},
    },
    oneshot,
};

/// Messages that wait for the desk.
const DESK_QUEUE: usize = 2_048;

/// Reaches the calls that this node relays. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CallDesk {
    queue: mpsc::Sender<Ask>,
}

/// The desk's other end, for the task that owns the calls.
pub struct DeskInbox(mpsc::Receiver<Ask>);

impl DeskInbox {
    /// What is asked next; `None` when nobody can ask any more.
    pub async fn next(&mut self) -> Option<Ask> {
        self.0.recv().await
    }
}

/// What the desk is asked.
pub enum Ask {
    Changed(Box<Call>),
    Join(CallId, Join),
    Here(CallId, UserId),
    Media(MediaEvent),
    Cut(CallId),
    Owned(Vec<(CallId, i64)>),
    Try(Trial),
    Stop(oneshot::Sender<()>),
}

impl CallDesk {
    /// A desk and its other end.
    pub fn new() -> (Self, DeskInbox) {
        let (queue, inbox) = mpsc::channel(DESK_QUEUE);
        (Self { queue }, DeskInbox(inbox))
    }

    /// A call of this node changed and was committed. Should the queue be full, the next renewal of the leases
    /// ([`Self::owned`]) shows the change.
    pub fn changed(&self, record: Call) {
        let call = record.call;
        if self.queue.try_send(Ask::Changed(Box::new(record))).is_err() {
            tracing::warn!(call.id = %call, "the call desk is behind; a change waits for the next renewal");
        }
    }

    /// Brings a participant's new connection in; the join's reply says how it went.
    pub fn join(&self, call: CallId, join: Join) {
        if let Err(Full(Ask::Join(_, join)) | Closed(Ask::Join(_, join))) =
            self.queue.try_send(Ask::Join(call, join))
        {
            join.refuse(Code::Unavailable.into());
        }
    }

    /// A page of this participant has begun. A queue that is full leaves them the time that a closed page has.
    pub fn here(&self, call: CallId, user: UserId) {
        if self.queue.try_send(Ask::Here(call, user)).is_err() {
            tracing::warn!(call.id = %call, "the call desk is behind; it learns late who is back");
        }
    }

    /// What was recorded so far of this call is to be stored now, if it runs here. A queue that is full has that
    /// done a few seconds later, when the segment is complete by itself.
    pub fn cut(&self, call: CallId) {
        if self.queue.try_send(Ask::Cut(call)).is_err() {
            tracing::warn!(call.id = %call, "the call desk is behind; a segment is cut later");
        }
    }

    /// Answers an offer with a connection to the relay that belongs to no call and ends by itself.
    ///
    /// # Errors
    /// What is wrong with the offer, or that there is no room now.
    pub async fn try_line(&self, user: UserId, sdp: String) -> Result<String, Problem> {
        let (reply, answer) = oneshot::channel();
        if self
            .queue
            .try_send(Ask::Try(Trial { user, sdp, reply }))
            .is_err()
        {
            return Err(Code::Unavailable.into());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(Code::Unavailable.into()))
    }

    /// Hands on what the media side reports.
    pub async fn media(&self, event: MediaEvent) {
        if self.queue.send(Ask::Media(event)).await.is_err() {
            tracing::debug!("a media event came after the call desk had stopped");
        }
    }

    /// What the lease's renewal saw: the live calls of this node with their versions.
    pub async fn owned(&self, calls: Vec<(CallId, i64)>) {
        if self.queue.send(Ask::Owned(calls)).await.is_err() {
            tracing::debug!("leases were renewed after the call desk had stopped");
        }
    }

    /// Ends the media of every call without ending the calls: the next process takes them up again. Returns when
    /// every recording was told to close.
    pub async fn stop(&self) {
        let (done, finished) = oneshot::channel();
        if self.queue.send(Ask::Stop(done)).await.is_ok() {
            // An error means that the desk is gone already.
            let _ = finished.await;
        }
    }
}
