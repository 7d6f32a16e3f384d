//! Hands mails over, one at a time.

use crate::{app::App, usecase::mail};
use std::time::Duration;
use tokio::sync::watch;

/// How often a node looks for mails that wait.
const POLL: Duration = Duration::from_millis(500);

/// Hands over what is due until the node stops.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match mail::take(&app).await {
            Ok(Some((job, mail))) => {
                let sent = match &mail {
                    Some(mail) => app.mailer.send(mail).await,
                    // Handed over before this process took the job.
                    None => Ok(()),
                };
                if let Err(failure) = mail::settle(&app, &job, sent).await {
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
