//! Mail to people: queued with what it tells of, handed over by a job after the commit.
//!
//! A mail about a thing is queued once for each person. It is handed over at least once: a process that dies
//! between the other side's yes and ours sends it again, under the same message id.

use crate::{
    auth,
    config::demo,
    failure::Failure,
    live::Env,
    outside::mail::{Attachment, Mail, SendError},
    page::Wanted,
    store::{
        Tx,
        call::CallRecord,
        jobs,
        mail::{self, NewAttachment, NewMail},
        people::users,
        thread,
    },
    texts::MailKind,
    usecase::{Cx, JobCx, Query},
};
use jiff::SignedDuration;
use orderline_domain::{
    ids::{ThreadId, UserId, VendorId},
    people::roles::{Action, Entry, Relation},
};
use orderline_protocol::{http::Mailbox, problem::Code, view::Person};
use uuid::Uuid;

pub use crate::store::jobs::Job;

/// The job's kind.
const MAIL: &str = "mail";
/// Attempts before a mail counts as failed; the last pauses are half an hour long.
const MAX_ATTEMPTS: i32 = 12;
/// The pause after the first attempt; it doubles.
const FIRST_PAUSE_SECONDS: i64 = 5;
const MAX_PAUSE_SECONDS: i64 = 1_800;
/// How long another node leaves a taken mail alone.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// A mail as a use case words it.
pub struct Letter<'a> {
    pub to: UserId,
    pub kind: MailKind,
    /// What it is about; a person is told of it once for each kind.
    pub about: Uuid,
    /// What stands in its places.
    pub values: &'a [(&'a str, &'a str)],
    pub attachment: Option<NewAttachment>,
    /// It opens something: its words are forgotten here once they were handed over. The demo's mailboxes keep them.
    pub secret: bool,
}

/// Queues a letter in the transaction of what it tells of.
pub async fn queue(
    env: &Env,
    tx: &mut Tx,
    vendor: VendorId,
    letter: &Letter<'_>,
) -> Result<(), Failure> {
    let now = env.clock.now();
    let language = users::language(tx, letter.to).await?.unwrap_or_default();
    let written = letter.kind.written(&language, letter.values)?;
    let mail = env.entropy.uuid(now);
    let new = NewMail {
        mail,
        vendor,
        user: letter.to,
        kind: letter.kind.name(),
        about: letter.about,
        subject: &written.subject,
        text: &written.text,
        attachment: letter.attachment.as_ref(),
        secret: letter.secret,
        at: now,
    };
    if mail::queue(tx, &new).await? {
        let job = jobs::NewJob {
            id: env.entropy.uuid(now),
            vendor,
            kind: MAIL,
            subject: mail,
            run_at: now,
        };
        jobs::enqueue(tx, &job).await?;
    }
    Ok(())
}

/// A call rings at a buyer who has no page open: a mail leads to it.
pub async fn call_rings(cx: &mut Cx<'_>, call: &CallRecord) -> Result<(), Failure> {
    if cx.env.hub.is_online(call.callee.user) {
        return Ok(());
    }
    let thread = thread::find(&mut cx.tx, call.thread)
        .await?
        .ok_or(Code::NotFound)?;
    let link = thread_link(cx.env, &mut cx.tx, &call.callee, call.thread).await?;
    let vendor = users::vendor_name(&mut cx.tx).await?.unwrap_or_default();
    let letter = Letter {
        to: call.callee.user,
        kind: MailKind::CallRings,
        about: call.call.as_uuid(),
        values: &[
            ("caller", &call.caller.name),
            ("name", &call.callee.name),
            ("vendor", &vendor),
            ("title", &thread.title),
            ("link", &link),
        ],
        attachment: None,
        secret: false,
    };
    queue(cx.env, &mut cx.tx, call.vendor, &letter).await
}

/// Whether mail reaches anybody: a server takes it, or the demo's mailboxes show it.
pub fn go_out(env: &Env) -> bool {
    env.config.demo || env.config.mail.smtp.is_some()
}

/// The address of a thread for one of its people. Whoever is not signed in signs in there and keeps the place.
pub async fn thread_link(
    env: &Env,
    tx: &mut Tx,
    person: &Person,
    thread: ThreadId,
) -> Result<String, Failure> {
    let email = users::email(tx, person.user).await?.unwrap_or_default();
    let door = demo::DOORS
        .iter()
        .find(|door| env.config.demo && door.email == email);
    // Each of the demo's people has a host name of their own.
    let origin = match door {
        Some(door) => {
            env.node_url
                .replacen("//localhost", &format!("//{}.localhost", door.person), 1)
        }
        None => env.node_url.clone(),
    };
    let entry = match person.role.entry() {
        Entry::Buyer => "b",
        Entry::Staff => "s",
    };
    Ok(format!("{origin}/{entry}/threads/{thread}"))
}

/// The actor's own mails, newest first; only where the demo keeps them to be looked at.
pub async fn mailbox(query: &mut Query<'_>, wanted: &Wanted) -> Result<Mailbox, Failure> {
    // A mailbox is of a whole person, and a session that a link opened sees one thread.
    if !query.env.config.demo || query.actor.only_thread.is_some() {
        return Err(Code::NotFound.into());
    }
    auth::authorise(query.actor, Action::ReadMailbox, Relation::Own)?;
    Ok(mail::of_user(&mut query.tx, query.actor.user, wanted).await?)
}

/// Takes the next mail that is to be handed over.
pub async fn take(cx: &mut JobCx<'_>) -> Result<Option<(Job, Option<Mail>)>, Failure> {
    let now = cx.now;
    let Some(job) = jobs::take(&mut cx.tx, MAIL, cx.env.node, now, now + LEASE).await? else {
        return Ok(None);
    };
    let mail = mail::waiting(&mut cx.tx, job.subject).await?;
    let mail = mail.map(|it| Mail {
        id: it.mail,
        queued_at: it.queued_at,
        to_name: it.to_name,
        to_address: it.to_address,
        subject: it.subject,
        text: it.text,
        attachment: it.attachment.map(|file| Attachment {
            name: file.name,
            mime: file.mime,
            bytes: file.bytes,
        }),
    });
    Ok(Some((job, mail)))
}

/// What became of a taken mail: done, later, or never.
pub async fn settle(
    cx: &mut JobCx<'_>,
    job: &Job,
    sent: Result<(), SendError>,
) -> Result<(), Failure> {
    let now = cx.now;
    let settled = |error| mail::Settled {
        at: now,
        error,
        forget: !cx.env.config.demo,
    };
    match sent {
        Err(SendError::Later(why)) if job.attempts < MAX_ATTEMPTS => {
            let doubled = FIRST_PAUSE_SECONDS << job.attempts.clamp(1, 16).saturating_sub(1);
            let pause = SignedDuration::from_secs(doubled.min(MAX_PAUSE_SECONDS));
            jobs::postpone(&mut cx.tx, job.id, now + pause, &why).await?;
        }
        Ok(()) => {
            mail::settle(&mut cx.tx, job.subject, settled(None)).await?;
            jobs::finish(&mut cx.tx, job.id).await?;
        }
        Err(SendError::Later(why) | SendError::Never(why)) => {
            tracing::warn!(mail.id = %job.subject, %why, "a mail was given up");
            mail::settle(&mut cx.tx, job.subject, settled(Some(&why))).await?;
            jobs::finish(&mut cx.tx, job.id).await?;
        }
    }
    Ok(())
}
