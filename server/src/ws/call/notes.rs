//! What is noted of a call's legs, beside the call's own task: people talk to each other on while the database is slow.

use crate::{
    failure::Failure,
    supervisor::detached,
    usecase::{Runner, call::legs},
};
use futures::FutureExt as _;
use jiff::Timestamp;
use orderline_domain::{
    call::{
        Call,
        leg::{LegNews, NewLeg},
    },
    ids::{CallId, LegId, VendorId},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Notes of one call that wait; beyond, the call's task waits too.
const QUEUE: usize = 64;

/// One thing to note of a leg.
pub(super) enum Note {
    Opened {
        call: Box<Call>,
        leg: NewLeg,
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
    pub(super) fn begin(run: Runner, vendor: VendorId, call: CallId) -> Self {
        let (queue, mut inbox) = mpsc::channel(QUEUE);
        let writer = detached("call notes", async move {
            while let Some(note) = inbox.recv().await {
                if let Err(failure) = write(&run, vendor, note).await {
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

async fn write(run: &Runner, vendor: VendorId, note: Note) -> Result<(), Failure> {
    let (leg, news) = match note {
        Note::Opened { call, leg } => {
            let opened = run.job(vendor, |cx| legs::opened(cx, &call, &leg).boxed());
            return opened.await;
        }
        Note::Connected { leg, at } => {
            let news = LegNews {
                connected_at: Some(at),
                ..LegNews::default()
            };
            (leg, news)
        }
        Note::Closed {
            leg,
            last_packet,
            at,
        } => {
            let news = LegNews {
                last_packet_at: Some(last_packet),
                closed_at: Some(at),
                ..LegNews::default()
            };
            (leg, news)
        }
    };
    run.job(vendor, |cx| legs::noted(cx, leg, news).boxed())
        .await
}
