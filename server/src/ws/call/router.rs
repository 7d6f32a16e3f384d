//! One task owns the map of this node's calls and routes between them; it never waits for any of them.

use super::{actor, trial};
use crate::{
    live::calls::{Ask, DeskInbox, Join, Message, Trial},
    supervisor::detached,
    usecase::{Reach, Runner, call::life},
};
use futures::FutureExt as _;
use orderline_domain::{
    call::Call,
    ids::{CallId, UserId},
};
use orderline_media::{MediaEvent, node::MediaNode};
use orderline_protocol::problem::Code;
use std::collections::HashMap;
use tokio::{
    sync::mpsc::{
        self,
        error::TrySendError::{Closed, Full},
    },
    task::JoinSet,
};

/// Runs the desk until it is stopped.
pub(crate) async fn run(run: Runner, media: MediaNode, mut inbox: DeskInbox) {
    let mut desk = Desk {
        run,
        media,
        calls: HashMap::new(),
        tasks: JoinSet::new(),
        trials: JoinSet::new(),
        trying: HashMap::new(),
    };
    loop {
        tokio::select! {
            ask = inbox.next() => match ask {
                Some(Ask::Stop(done)) => {
                    desk.stop().await;
                    // Whoever asked may have gone.
                    let _ = done.send(());
                    return;
                }
                Some(ask) => desk.take(ask),
                None => return,
            },
            Some(ended) = desk.tasks.join_next() => match ended {
                Ok(call) => {
                    // A call that was reopened meanwhile has a new, open queue.
                    if desk.calls.get(&call).is_some_and(mpsc::Sender::is_closed) {
                        desk.calls.remove(&call);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "a call's task failed");
                    desk.calls.retain(|_, queue| !queue.is_closed());
                }
            },
        }
    }
}

struct Desk {
    run: Runner,
    media: MediaNode,
    calls: HashMap<CallId, mpsc::Sender<Message>>,
    tasks: JoinSet<CallId>,
    /// Lines that are tried; dropped with the desk.
    trials: JoinSet<UserId>,
    /// How many each person has.
    trying: HashMap<UserId, usize>,
}

impl Desk {
    fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Changed(record) => self.changed(record),
            Ask::Join(call, join) => self.join(call, join),
            Ask::Media(event) => {
                let Some(call) = call_of(&event) else { return };
                if let Some(queue) = self.calls.get(&call)
                    && let Err(Full(_)) = queue.try_send(Message::Media(event))
                {
                    tracing::warn!(call.id = %call, "a call's task is behind; a media event was dropped");
                }
            }
            Ask::Here(call, user) => {
                if let Some(queue) = self.calls.get(&call) {
                    // A task that is behind takes their Join for the same sign.
                    let _ = queue.try_send(Message::Here(user));
                }
            }
            Ask::Cut(call) => {
                if let Some(queue) = self.calls.get(&call) {
                    // A task that is behind cuts when the segment is complete by itself.
                    let _ = queue.try_send(Message::Cut);
                }
            }
            Ask::Owned(owned) => self.compare(&owned),
            Ask::Try(trial) => self.try_line(trial),
            Ask::Stop(_) => {}
        }
    }

    fn changed(&mut self, record: Box<Call>) {
        let call = record.call;
        let live = record.state.is_live() && record.node == self.run.env.node;
        let record = match self.calls.get(&call) {
            Some(queue) => match queue.try_send(Message::Changed(record)) {
                Err(Full(_)) => {
                    tracing::warn!(call.id = %call, "a call's task is behind; it reads its row later");
                    return;
                }
                Err(Closed(Message::Changed(record))) => record,
                Ok(()) | Err(Closed(_)) => return,
            },
            None => record,
        };
        if live {
            let (queue, inbox) = mpsc::channel(actor::QUEUE);
            self.calls.insert(call, queue.clone());
            self.tasks.spawn(actor::run(
                self.run.clone(),
                self.media.clone(),
                *record,
                queue,
                inbox,
            ));
        }
    }

    fn join(&self, call: CallId, join: Join) {
        let Some(queue) = self.calls.get(&call) else {
            join.refuse(Code::CallOver.into());
            return;
        };
        if let Err(Full(Message::Join(join)) | Closed(Message::Join(join))) =
            queue.try_send(Message::Join(join))
        {
            join.refuse(Code::Unavailable.into());
        }
    }

    fn try_line(&mut self, trial: Trial) {
        while let Some(ended) = self.trials.try_join_next() {
            match ended {
                Ok(user) => self.tried(user),
                Err(error) => {
                    // Nobody knows whose it was: counting begins anew.
                    tracing::error!(%error, "a trial of the line failed");
                    self.trying.clear();
                }
            }
        }
        if self.trying.get(&trial.user).copied() >= Some(trial::MOST_OF_PERSON) {
            return trial.refuse(Code::TooMany);
        }
        if self.trials.len() >= trial::MOST {
            return trial.refuse(Code::Unavailable);
        }
        *self.trying.entry(trial.user).or_default() += 1;
        self.trials
            .spawn(trial::run(self.run.env.clone(), self.media.clone(), trial));
    }

    fn tried(&mut self, user: UserId) {
        if let Some(own) = self.trying.get_mut(&user) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                self.trying.remove(&user);
            }
        }
    }

    /// Calls whose row moved on without a word to this desk read it again; calls that this node owns but does
    /// not run begin.
    fn compare(&mut self, owned: &[(CallId, i64)]) {
        let versions: HashMap<CallId, i64> = owned.iter().copied().collect();
        for (call, queue) in &self.calls {
            // A full queue: the call is told at the next renewal.
            let _ = queue.try_send(Message::Version(versions.get(call).copied()));
        }
        for (call, _) in owned
            .iter()
            .filter(|(call, _)| !self.calls.contains_key(call))
        {
            let (run, call) = (self.run.clone(), *call);
            detached("adopt call", async move {
                let owned = run.job(Reach::Everyone, |cx| life::owned_by(cx, call).boxed());
                match owned.await {
                    Ok(Some(record)) => run.env.calls.changed(record),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(%error, call.id = %call, "a call of this node cannot be read");
                    }
                }
            });
        }
    }

    async fn stop(&mut self) {
        for queue in self.calls.values() {
            if queue.send(Message::Stop).await.is_err() {
                tracing::debug!("a call had ended by itself");
            }
        }
        self.calls.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}

const fn call_of(event: &MediaEvent) -> Option<CallId> {
    match event {
        MediaEvent::LegConnected { call, .. }
        | MediaEvent::LegSilent { call, .. }
        | MediaEvent::LegBack { call, .. }
        | MediaEvent::LegClosed { call, .. }
        | MediaEvent::TrackRecorded { call, .. } => Some(*call),
        MediaEvent::SegmentReady(_)
        | MediaEvent::RecordingClosed { .. }
        | MediaEvent::Trouble { .. } => None,
    }
}
