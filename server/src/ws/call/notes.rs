//! What is noted of a call's legs, beside the call's own task: people talk to each other on while the database is slow.

use crate::{
    app::App,
    supervisor::detached,
    usecase::{
        Failure,
        call::{legs, life::CallRecord},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    call::mode::Route,
    ids::{CallId, LegId, UserId, VendorId},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Notes of one call that wait; beyond, the call's task waits too.
const QUEUE: usize = 64;

/// One thing to note of a leg.
pub(super) enum Note {
    Opened {
        call: Box<CallRecord>,
        leg: LegId,
        user: UserId,
        route: Route,
        at: Timestamp,
    },
    Connected {
        leg: LegId,
        at: Timestamp,
    },
    Closed {
        leg: LegId,
        last_packet: Timestamp,
        at: Timestamp,
    },
}

/// A call's notes, written in the order in which they came.
pub(super) struct Notes {
    queue: mpsc::Sender<Note>,
    writer: JoinHandle<()>,
}

impl Notes {
    /// Begins to write.
    pub(super) fn begin(app: App, vendor: VendorId, call: CallId) -> Self {
        let (queue, mut inbox) = mpsc::channel(QUEUE);
        let writer = detached("call notes", async move {
            while let Some(note) = inbox.recv().await {
                if let Err(failure) = write(&app, vendor, note).await {
                    tracing::warn!(error = %failure, call.id = %call, "a leg's news cannot be noted");
                }
            }
        });
        Self { queue, writer }
    }

    pub(super) async fn take(&self, note: Note) {
        if self.queue.send(note).await.is_err() {
            tracing::error!("a leg's news came after its writer had stopped");
        }
    }

    /// Returns when everything is written.
    pub(super) async fn end(self) {
        drop(self.queue);
        if let Err(error) = self.writer.await {
            tracing::error!(%error, "the writer of a call's legs failed");
        }
    }
}

async fn write(app: &App, vendor: VendorId, note: Note) -> Result<(), Failure> {
    match note {
        Note::Opened {
            call,
            leg,
            user,
            route,
            at,
        } => legs::opened(app, &call, leg, user, route, at).await,
        Note::Connected { leg, at } => legs::connected(app, vendor, leg, at).await,
        Note::Closed {
            leg,
            last_packet,
            at,
        } => legs::closed(app, vendor, leg, last_packet, at).await,
    }
}
