//! Hands text messages over.

use super::worker::queue::{Work, Worked};
use crate::{
    failure::Failure,
    outside::sms::Sms,
    usecase::{Reach, Runner, text_messages, undelivered},
};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    backoff::Backoff,
    job::{self, Taken},
};
use std::{sync::Arc, time::Duration};

/// Messages that are handed over side by side.
const WIDTH: usize = 2;

/// See the module.
pub(super) struct TextMessages(pub Option<Arc<dyn Sms>>);

impl Work for TextMessages {
    const KIND: &'static str = text_messages::TEXT_MESSAGE;
    const LOOK: Duration = Duration::from_millis(500);
    const LEASE: SignedDuration = SignedDuration::from_mins(1);
    const BACKOFF: Backoff = job::TEXT_MESSAGE;

    fn width(&self) -> usize {
        WIDTH
    }

    async fn work(&self, run: &Runner, job: &Taken) -> Result<Worked, Failure> {
        let waiting = run.job(Reach::Everyone, |cx| {
            text_messages::waiting(cx, job).boxed()
        });
        if let Some(message) = waiting.await? {
            if message.useful_until < run.env.clock.now() {
                return Ok(Worked::Never("it came too late to be of use".to_owned()));
            }
            let Some(way) = &self.0 else {
                return Ok(Worked::Never("no SMS provider is set up".to_owned()));
            };
            match way.send(&message.number, &message.text).await {
                Ok(()) => {}
                Err(error) if error.is_transient() => return Ok(Worked::Later(error.to_string())),
                Err(error) => return Ok(Worked::Never(error.to_string())),
            }
        }
        run.job(Reach::Everyone, |cx| {
            text_messages::handed_over(cx, job).boxed()
        })
        .await?;
        Ok(Worked::Done)
    }

    async fn give_up(&self, run: &Runner, job: &Taken, why: &str) -> Result<(), Failure> {
        // First the thread, then the row: whoever dies between the two gives the message up once more.
        if let Some(vendor) = job.vendor {
            run.job(vendor, |cx| {
                undelivered::text_message(cx, job.subject).boxed()
            })
            .await?;
        }
        run.job(Reach::Everyone, |cx| {
            text_messages::given_up(cx, job, why).boxed()
        })
        .await
    }
}
