//! Hands mails over, one at a time.

use crate::{
    outside::mail::Mailer,
    usecase::{Reach, Runner, mail},
};
use futures::FutureExt as _;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How often a node looks for mails that wait.
const POLL: Duration = Duration::from_millis(500);

/// Hands over what is due until the node stops.
pub async fn run(run: Runner, mailer: Arc<dyn Mailer>, mut stop: watch::Receiver<bool>) {
    loop {
        let taken = run.job(Reach::Everyone, |cx| mail::take(cx).boxed());
        match taken.await {
            Ok(Some((job, mail))) => {
                let sent = match &mail {
                    Some(mail) => mailer.send(mail).await,
                    // Handed over before this process took the job.
                    None => Ok(()),
                };
                let settled = run.job(Reach::Everyone, |cx| mail::settle(cx, &job, sent).boxed());
                if let Err(failure) = settled.await {
                    tracing::warn!(error = %failure, "what became of a mail is not saved; its lease ends it");
                }
                if *stop.borrow() {
                    return;
                }
                continue;
            }
            Ok(None) => {}
            Err(failure) => tracing::warn!(error = %failure, "no mail can be taken now"),
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}
