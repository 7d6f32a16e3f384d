//! Hands mails over.

use super::worker::queue::{Work, Worked};
use crate::{
    failure::Failure,
    outside::mail::{Mailer, SendError},
    usecase::{Reach, Runner, mail, undelivered},
};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    backoff::Backoff,
    job::{self, Taken},
    outward::FOLD,
};
use std::{sync::Arc, time::Duration};

/// Mails that are handed over side by side: one slow receiver does not hold up the others.
const WIDTH: usize = 4;

/// See the module.
pub(super) struct Mails(pub Arc<dyn Mailer>);

impl Work for Mails {
    const KIND: &'static str = mail::MAIL;
    const LOOK: Duration = Duration::from_millis(500);
    const LEASE: SignedDuration = SignedDuration::from_mins(2);
    const BACKOFF: Backoff = job::MAIL;

    fn width(&self) -> usize {
        WIDTH
    }

    async fn work(&self, run: &Runner, job: &Taken) -> Result<Worked, Failure> {
        let waiting = run.job(Reach::Everyone, |cx| mail::waiting(cx, job).boxed());
        // None: handed over before this process took the job.
        let words = waiting.await?;
        if let Some(words) = &words {
            match self.0.send(words).await {
                Ok(()) => {}
                Err(SendError::Later(why)) => return Ok(Worked::Later(why)),
                Err(SendError::Never(why)) => return Ok(Worked::Never(why)),
            }
        }
        let told = words.map(|it| it.queued_at);
        let done = run.job(Reach::Everyone, |cx| {
            mail::handed_over(cx, job, told).boxed()
        });
        Ok(if done.await? {
            Worked::Done
        } else {
            Worked::After(FOLD.unsigned_abs(), "newer words wait".to_owned())
        })
    }

    async fn give_up(&self, run: &Runner, job: &Taken, why: &str) -> Result<(), Failure> {
        // First the thread, then the row: whoever dies between the two gives the mail up once more.
        if let Some(vendor) = job.vendor {
            run.job(vendor, |cx| undelivered::mail(cx, job.subject).boxed())
                .await?;
        }
        run.job(Reach::Everyone, |cx| mail::given_up(cx, job, why).boxed())
            .await
    }
}
