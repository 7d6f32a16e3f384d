//! Mail to people: queued with what it tells of, handed over by a job after the commit.
//!
//! A mail about a thing is queued once for each person. It is handed over at least once: a process that dies
//! between the other side's yes and ours sends it again, under the same message id.

use crate::{
    auth,
    config::demo,
    failure::Failure,
    live::Env,
    outside::mail::{Attachment, Mail},
    page::Wanted,
    store::{
        Tx, jobs,
        mail::{self, NewAttachment, NewMail},
        people::persons,
        thread,
    },
    texts::MailKind,
    usecase::{Cx, JobCx, Query, outward},
};
use jiff::Timestamp;
use orderline_domain::{
    call::Call,
    ids::{ThreadId, UserId, VendorId},
    job::Taken,
    language::Language,
    outward::{Way, goes_out},
    people::{
        capacity::ActAs,
        person::Person,
        roles::{Action, Relation},
    },
};
use orderline_protocol::{
    http::{MailView, Mailbox},
    problem::Code,
};
use uuid::Uuid;

/// The job's kind.
pub const MAIL: &str = "mail";

/// A mail as a use case words it.
pub struct Letter<'a> {
    pub to: UserId,
    /// Where it goes instead of the person's own address.
    pub address: Option<&'a str>,
    /// What depends on it is told there, should it not arrive.
    pub thread: Option<ThreadId>,
    pub kind: MailKind,
    /// What it is about; a person is told of it once for each kind.
    pub about: Uuid,
    /// What stands in its places.
    pub values: &'a [(&'a str, &'a str)],
    pub attachment: Option<NewAttachment>,
    /// A notice that may follow others of the same thing closely.
    pub notice: Option<Notice>,
    /// It opens something: its words are forgotten here once they were handed over. The demo's mailboxes keep them.
    pub secret: bool,
}

/// A thing that several notices may tell of.
#[derive(Clone, Copy)]
pub struct Notice {
    pub of: Uuid,
    /// Who causes it.
    pub by: UserId,
    /// Told late it is of no use: one that follows another closely is left out, rather than told as things stand then.
    pub only_now: bool,
}

/// Queues a letter in the transaction of what it tells of.
pub async fn queue(
    env: &Env,
    tx: &mut Tx,
    vendor: VendorId,
    letter: &Letter<'_>,
) -> Result<(), Failure> {
    let now = env.clock.now();
    let run_at = match letter.notice {
        None => now,
        Some(notice) => match due(env, tx, vendor, (letter.to, notice)).await? {
            Some(at) => at,
            None => return Ok(()),
        },
    };
    let language = language_of(tx, letter.to).await?;
    let written = letter.kind.written(language, letter.values)?;
    let mail = env.entropy.uuid(now);
    let new = NewMail {
        mail,
        vendor: Some(vendor),
        thread: letter.thread,
        user: letter.to,
        address: letter.address,
        kind: letter.kind.name(),
        about: letter.about,
        subject: &written.subject,
        text: &written.text,
        attachment: letter.attachment.as_ref(),
        secret: letter.secret,
        folds: letter.notice.map(|it| it.of),
        at: now,
    };
    if mail::queue(tx, &new).await? {
        let job = jobs::NewJob {
            id: env.entropy.uuid(now),
            vendor: Some(vendor),
            kind: MAIL,
            subject: mail,
            run_at,
        };
        jobs::enqueue(tx, &job).await?;
    }
    Ok(())
}

/// What a person is told of their account, whatever the vendor.
pub struct AccountLetter<'a> {
    pub to: UserId,
    /// Where it goes instead of the account's own address.
    pub address: Option<&'a str>,
    pub kind: MailKind,
    pub values: &'a [(&'a str, &'a str)],
    /// It opens something: its words are forgotten once they were handed over.
    pub secret: bool,
}

/// Queues a letter about a person's account in the transaction of what it tells of: theirs, or the jobs'.
pub async fn queue_of_account(
    env: &Env,
    tx: &mut Tx,
    letter: &AccountLetter<'_>,
) -> Result<(), Failure> {
    let now = env.clock.now();
    let language = language_of(tx, letter.to).await?;
    let written = letter.kind.written(language, letter.values)?;
    let mail = env.entropy.uuid(now);
    let new = NewMail {
        mail,
        vendor: None,
        thread: None,
        user: letter.to,
        address: letter.address,
        kind: letter.kind.name(),
        about: mail,
        subject: &written.subject,
        text: &written.text,
        attachment: None,
        secret: letter.secret,
        folds: None,
        at: now,
    };
    if mail::queue(tx, &new).await? {
        let job = jobs::NewJob {
            id: env.entropy.uuid(now),
            vendor: None,
            kind: MAIL,
            subject: mail,
            run_at: now,
        };
        jobs::enqueue_new(tx, &job).await?;
    }
    Ok(())
}

/// What a person's mails are written in.
pub async fn language_of(tx: &mut Tx, person: UserId) -> Result<Language, Failure> {
    let kept = persons::language(tx, person).await?;
    let known = kept.as_deref().and_then(Language::meant_by);
    Ok(known.unwrap_or(Language::COMMON))
}

/// When a notice goes out. `None`: not at all, since told late it is of no use.
async fn due(
    env: &Env,
    tx: &mut Tx,
    vendor: VendorId,
    (to, notice): (UserId, Notice),
) -> Result<Option<Timestamp>, Failure> {
    let now = env.clock.now();
    // Whoever has no address is told by other ways.
    let Some(address) = persons::email(tx, to).await? else {
        return Ok(None);
    };
    let last = mail::last_of(tx, to, notice.of).await?;
    let at = goes_out(last.map(|it| it.at), now);
    if at > now && notice.only_now {
        return Ok(None);
    }
    // What takes the place of a notice that still waits costs nothing.
    if last.is_some_and(|it| it.waits) {
        return Ok(Some(at));
    }
    let paid = outward::Message {
        way: Way::Mail,
        vendor,
        by: Some(notice.by),
        to: &address,
    };
    match outward::spend(env, tx, paid).await {
        Ok(()) => Ok(Some(at)),
        // What it tells of happens all the same.
        Err(Failure::Problem(why)) if notice.only_now && why.code == Code::SentTooMuch => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A call rings at a buyer who has no page open: a mail leads to it.
pub async fn call_rings(cx: &mut Cx<'_>, call: &Call) -> Result<(), Failure> {
    if cx.env.hub.is_online(call.vendor, call.callee.user) {
        return Ok(());
    }
    let thread = thread::find(&mut cx.tx, call.thread)
        .await?
        .ok_or(Code::NotFound)?;
    let link = thread_link(cx.env, &mut cx.tx, &call.callee, call.thread).await?;
    let vendor = persons::vendor_name(&mut cx.tx, call.vendor)
        .await?
        .unwrap_or_default();
    let letter = Letter {
        to: call.callee.user,
        address: None,
        thread: Some(call.thread),
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
        // A ring that was missed is told by the thread.
        notice: Some(Notice {
            of: call.thread.as_uuid(),
            by: call.caller.user,
            only_now: true,
        }),
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
    let email = persons::email(tx, person.user).await?.unwrap_or_default();
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
    let root = person.role.entry().root();
    // Whoever has several roles reads it in this one.
    let acting = tx.vendor().map(|vendor| ActAs {
        vendor: Some(vendor),
        role: person.role,
    });
    let acting = acting.map_or_else(String::new, |it| format!("?as={it}"));
    Ok(format!("{origin}{root}threads/{thread}{acting}"))
}

/// The actor's own mails, newest first; only where the demo keeps them to be looked at.
pub async fn mailbox(query: &mut Query<'_>, wanted: &Wanted) -> Result<Mailbox, Failure> {
    // A mailbox is of a whole person, and a session that a link opened sees one thread.
    if !query.env.config.demo || query.actor.only_thread.is_some() {
        return Err(Code::NotFound.into());
    }
    auth::authorise(query.actor, Action::ReadMailbox, Relation::Own)?;
    let kept = mail::of_user(&mut query.tx, query.actor.user, wanted).await?;
    Ok(kept.page(|it| MailView {
        mail: it.mail,
        kind: it.kind,
        at: it.at,
        to: it.to,
        subject: it.subject,
        text: it.text,
        sent: it.sent,
        attachment: it.attachment,
    }))
}

/// The mail of a taken job; `None`: it was settled before.
pub async fn waiting(cx: &mut JobCx<'_>, job: &Taken) -> Result<Option<Mail>, Failure> {
    let mail = mail::waiting(&mut cx.tx, job.subject).await?;
    Ok(mail.map(|it| Mail {
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
    }))
}

/// The other side has taken the mail as it was written at `told`. `false`: newer words have taken their place meanwhile,
/// and wait.
pub async fn handed_over(
    cx: &mut JobCx<'_>,
    job: &Taken,
    told: Option<Timestamp>,
) -> Result<bool, Failure> {
    if let Some(told) = told
        && mail::is_newer(&mut cx.tx, job.subject, told).await?
    {
        return Ok(false);
    }
    let settled = settled(cx, None);
    mail::settle(&mut cx.tx, job.subject, settled).await?;
    jobs::finish(&mut cx.tx, job.id).await?;
    Ok(true)
}

/// Nobody sends the mail any more, but an admin who asks for it, as long as its words are there.
pub async fn given_up(cx: &mut JobCx<'_>, job: &Taken, why: &str) -> Result<(), Failure> {
    let settled = settled(cx, Some(why));
    let kept = mail::settle(&mut cx.tx, job.subject, settled).await?;
    Ok(jobs::fail(&mut cx.tx, job.id, cx.now, why, kept).await?)
}

fn settled<'a>(cx: &JobCx<'_>, error: Option<&'a str>) -> mail::Settled<'a> {
    mail::Settled {
        at: cx.now,
        error,
        forget: !cx.env.config.demo,
    }
}
