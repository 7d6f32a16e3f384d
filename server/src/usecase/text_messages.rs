//! Text messages to phones: queued with what makes them necessary, handed over by a job after the commit, and then
//! forgotten: they hold a token or a code. A message is handed over at least once.

use crate::{
    failure::Failure,
    live::Env,
    store::{
        Tx,
        jobs::{self, NewJob},
        text_messages::{self, NewTextMessage},
        thread::join_links::{self, Stored},
    },
    usecase::JobCx,
};
use jiff::Timestamp;
use orderline_domain::{job::Taken, text_message::QueuedTextMessage};

/// The job's kind.
pub const TEXT_MESSAGE: &str = "text_message";

/// A text message as a use case words it.
pub struct Letter<'a> {
    pub to: &'a Stored,
    /// The link itself is in it; else a code.
    pub is_link: bool,
    pub text: &'a str,
    /// Of no use to anybody after this.
    pub useful_until: Timestamp,
}

/// Queues a message in the transaction of what it tells of.
pub async fn queue(env: &Env, tx: &mut Tx, letter: &Letter<'_>) -> Result<(), Failure> {
    let now = env.clock.now();
    let message = env.entropy.uuid(now);
    let new = NewTextMessage {
        message,
        vendor: letter.to.vendor,
        link: letter.to.link,
        is_link: letter.is_link,
        number: &letter.to.address,
        text: letter.text,
        at: now,
        useful_until: letter.useful_until,
    };
    text_messages::queue(tx, &new).await?;
    let job = NewJob {
        id: env.entropy.uuid(now),
        vendor: Some(letter.to.vendor),
        kind: TEXT_MESSAGE,
        subject: message,
        run_at: now,
    };
    Ok(jobs::enqueue(tx, &job).await?)
}

/// The message of a taken job; `None`: it was settled before.
pub async fn waiting(
    cx: &mut JobCx<'_>,
    job: &Taken,
) -> Result<Option<QueuedTextMessage>, Failure> {
    Ok(text_messages::waiting(&mut cx.tx, job.subject).await?)
}

/// The provider has taken it.
pub async fn handed_over(cx: &mut JobCx<'_>, job: &Taken) -> Result<(), Failure> {
    settle(cx, job, None).await?;
    Ok(jobs::finish(&mut cx.tx, job.id).await?)
}

/// Nobody sends it any more: the seller's list of links says so. Its words are gone, so nobody can.
pub async fn given_up(cx: &mut JobCx<'_>, job: &Taken, why: &str) -> Result<(), Failure> {
    settle(cx, job, Some(why)).await?;
    Ok(jobs::fail(&mut cx.tx, job.id, cx.now, why, false).await?)
}

async fn settle(cx: &mut JobCx<'_>, job: &Taken, error: Option<&str>) -> Result<(), Failure> {
    let now = cx.now;
    let settled = text_messages::settle(&mut cx.tx, job.subject, now, error);
    if let Some(link) = settled.await? {
        join_links::settle(&mut cx.tx, link, error.is_none(), now).await?;
    }
    Ok(())
}
