//! Hands text messages over, a few times if need be. What cannot be handed over is seen in the seller's list.

use crate::{
    live::messages::Message,
    outside::sms::Sms,
    usecase::{Runner, thread::join_links},
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, mpsc, watch},
    task::JoinSet,
};

/// Attempts to hand a text message over, and the pause before each but the first.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(10),
];

/// Hands over what comes until the node stops.
pub async fn run(
    runner: Runner,
    way: Arc<dyn Sms>,
    waiting: Arc<Mutex<mpsc::Receiver<Message>>>,
    mut stop: watch::Receiver<bool>,
) {
    let mut waiting = waiting.lock().await;
    let mut deliveries = JoinSet::new();
    loop {
        let message = tokio::select! {
            message = waiting.recv() => message,
            _ = stop.wait_for(|stopped| *stopped) => None,
        };
        let Some(message) = message else { return };
        deliveries.spawn(deliver(runner.clone(), Arc::clone(&way), message));
        while deliveries.try_join_next().is_some() {}
    }
}

async fn deliver(runner: Runner, way: Arc<dyn Sms>, message: Message) {
    let mut sent = false;
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        match way.send(&message.number, &message.text).await {
            Ok(()) => sent = true,
            Err(error) => {
                let again = error.is_transient();
                tracing::warn!(%error, link.id = %message.link, again, "a link's message was not taken");
                if again {
                    continue;
                }
            }
        }
        break;
    }
    let settled = runner
        .job(message.scope, |cx| {
            join_links::settle(cx, message.link, sent).boxed()
        })
        .await;
    if let Err(failure) = settled {
        tracing::warn!(error = %failure, link.id = %message.link, "what became of a link's message is not saved");
    }
}
