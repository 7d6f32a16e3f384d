//! Between nodes that share one database: what one wrote or signalled reaches the sockets of the others.

use crate::{
    failure::Failure,
    live::hub::Outbound,
    usecase::{
        Runner,
        people::session,
        thread::wakes::{self, Listener, MAX_SIGNAL, Word},
    },
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, mpsc, watch};

/// The pause before listening is tried again.
const PAUSE: Duration = Duration::from_millis(500);
/// Signals that wait to be told.
pub(super) const QUEUE: usize = 1_024;
/// Signals that are told at once.
const BATCH: usize = 64;

/// Passes words both ways until the node stops.
pub(super) async fn run(
    run: Runner,
    outbound: Arc<Mutex<mpsc::Receiver<Outbound>>>,
    mut stop: watch::Receiver<bool>,
) {
    let mut outbound = outbound.lock().await;
    tokio::select! {
        () = hear(&run) => {}
        () = say(&run, &mut outbound) => {}
        _ = stop.wait_for(|stopped| *stopped) => {}
    }
}

async fn hear(run: &Runner) {
    loop {
        if let Err(error) = listen(run).await {
            tracing::warn!(%error, "the other nodes are not heard");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(run: &Runner) -> Result<(), Failure> {
    let mut listener: Listener = run.listen().await?;
    // Whatever was written before the connection stood.
    run.env.hub.nudge_all();
    loop {
        match listener.next().await? {
            Word::Missed => {
                run.env.hub.nudge_all();
                session::end_what_is_over(run).await?;
            }
            Word::Signalled(text) => match serde_json::from_str(&text) {
                Ok(Outbound { audience, signal }) => {
                    run.env.hub.signal_here(&audience, &signal);
                }
                Err(error) => tracing::warn!(%error, "another node's signal cannot be read"),
            },
            Word::Session(ended) => session::heard_of(run, ended).await?,
            Word::Set { vendor } => run.env.hub.nudge_vendor(vendor),
            Word::Wrote { vendor, thread } => {
                let people = run.job(vendor, |cx| wakes::people(cx, thread).boxed());
                let people = people.await?;
                run.env.hub.nudge(vendor, thread, &people);
            }
        }
    }
}

async fn say(run: &Runner, outbound: &mut mpsc::Receiver<Outbound>) {
    let mut waiting = Vec::new();
    while outbound.recv_many(&mut waiting, BATCH).await > 0 {
        let texts: Vec<String> = waiting.drain(..).filter_map(|it| text(&it)).collect();
        if let Err(error) = run.tell_nodes(&texts).await {
            tracing::warn!(%error, "the other nodes are not told");
        }
    }
}

fn text(out: &Outbound) -> Option<String> {
    let text = serde_json::to_string(out).ok()?;
    if text.len() > MAX_SIGNAL {
        tracing::debug!(
            bytes = text.len(),
            "a draft reaches other nodes when it is saved"
        );
        return None;
    }
    Some(text)
}
