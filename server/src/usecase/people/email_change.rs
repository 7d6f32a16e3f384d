//! Another address for one's account. Whoever reads the old mailbox and whoever reads the new one both say yes. Whoever asks
//! is not told whether somebody has the new address: who reads its mailbox is.

use crate::{
    failure::Failure,
    store::people::{
        account_links,
        email_changes::{self, NewChange, Stored},
        persons, sessions,
    },
    texts::MailKind,
    usecase::{
        AfterCommit, JobCx, Reach, Runner, again,
        mail::{self, AccountLetter},
        people::{
            link_token::{self, gone},
            security::{self, Visitor},
            session::SignedIn,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::EmailChangeId,
    people::{
        email_change::{CHANGE_LIVES, CHANGES_COUNTED, EmailChange, MAX_CHANGES, Mailbox, State},
        security::SecurityStep,
    },
    text::MailAddress,
};
use orderline_protocol::{
    account::{ChangeEmail, EmailChangeView, EmailLinkView},
    problem::Code,
};
use std::net::IpAddr;

/// The page that such a link opens.
const PAGE: &str = "/e";

/// Begins a change; one that waited is taken back by it.
///
/// # Errors
/// At `email`; `too_many` after too many in a day; as for the account's keys.
pub async fn ask(
    run: &Runner,
    from: IpAddr,
    me: &SignedIn,
    wish: &ChangeEmail,
) -> Result<(), Failure> {
    me.may_change_keys()?;
    let email = MailAddress::new(&wish.email).map_err(|bad| bad.at("email"))?;
    if !mail::go_out(&run.env) {
        return Err(Code::ChannelMissing.into());
    }
    run.env.sign_in.ask_link(from)?;
    let (change, email) = (wish.change, email.folded());
    run.job(Reach::Everyone, |cx| {
        asked(cx, me.clone(), (change, email)).boxed()
    })
    .await
}

async fn asked(
    cx: &mut JobCx<'_>,
    me: SignedIn,
    (change, email): (EmailChangeId, String),
) -> Result<(), Failure> {
    match email_changes::known(&mut cx.tx, change).await? {
        None => {}
        Some(it) if it == (me.user(), email.clone()) => return Ok(()),
        Some(_) => return Err(Code::CommandReused.into()),
    }
    let old = persons::email(&mut cx.tx, me.user())
        .await?
        .ok_or(Code::NotFound)?;
    if old == email {
        return Err(FieldError::new("email", code::SAME_ADDRESS).into());
    }
    let since = cx.now - CHANGES_COUNTED;
    if email_changes::asked_since(&mut cx.tx, me.user(), since).await? >= MAX_CHANGES {
        return Err(Code::TooMany.into());
    }
    email_changes::take_back(&mut cx.tx, me.user()).await?;
    let holder = persons::of_address(&mut cx.tx, &email).await?;
    let (old_token, new_token) = (cx.env.entropy.bytes32(), cx.env.entropy.bytes32());
    let new_hash = Digest::of(&new_token);
    let new = NewChange {
        change,
        user: me.user(),
        session: me.session(),
        email: &email,
        old_token: &Digest::of(&old_token),
        new_token: holder.is_none().then_some(&new_hash),
        at: cx.now,
        held: EmailChange::new(cx.now),
    };
    email_changes::add(&mut cx.tx, &new).await?;
    security::note(cx, me.visitor(), SecurityStep::EmailChangeAsked).await?;
    tell(cx, &me, (Mailbox::Old, &email), &old_token).await?;
    match holder {
        None => tell(cx, &me, (Mailbox::New, &email), &new_token).await,
        Some(holder) => {
            let name = persons::name(&mut cx.tx, holder).await?.unwrap_or_default();
            let letter = AccountLetter {
                to: holder,
                address: None,
                kind: MailKind::EmailTaken,
                values: &[("name", &name), ("link", &cx.env.node_url)],
                secret: false,
            };
            mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
        }
    }
}

async fn tell(
    cx: &mut JobCx<'_>,
    me: &SignedIn,
    (mailbox, email): (Mailbox, &str),
    token: &[u8; 32],
) -> Result<(), Failure> {
    let link = format!("{}{PAGE}#{}", cx.env.node_url, hex::encode(token));
    let hours = CHANGE_LIVES.as_hours().to_string();
    let letter = AccountLetter {
        to: me.user(),
        address: (mailbox == Mailbox::New).then_some(email),
        kind: match mailbox {
            Mailbox::Old => MailKind::EmailChangeOld,
            Mailbox::New => MailKind::EmailChangeNew,
        },
        values: &[
            ("name", me.name()),
            ("email", email),
            ("link", &link),
            ("hours", &hours),
        ],
        secret: true,
    };
    mail::queue_of_account(cx.env, &mut cx.tx, &letter).await
}

/// Takes back the one that waits; where none does, nothing is done.
pub async fn take_back(run: &Runner, me: &SignedIn) -> Result<(), Failure> {
    me.may_touch_account()?;
    again(|| {
        run.job(Reach::Person(me.user()), |cx| {
            taken_back(cx, me.clone()).boxed()
        })
    })
    .await
}

async fn taken_back(cx: &mut JobCx<'_>, me: SignedIn) -> Result<(), Failure> {
    if email_changes::take_back(&mut cx.tx, me.user()).await? {
        security::note(cx, me.visitor(), SecurityStep::EmailChangeTakenBack).await?;
    }
    Ok(())
}

/// The one of a person's that waits.
pub(super) async fn of_person(
    cx: &mut JobCx<'_>,
    me: &SignedIn,
) -> Result<Option<EmailChangeView>, Failure> {
    let stored = email_changes::waiting(&mut cx.tx, me.user()).await?;
    let stored = stored.filter(|it| it.held.waits(cx.now));
    Ok(stored.map(|it| EmailChangeView {
        email: it.email,
        ends_at: it.held.ends_at,
        old_said_yes: it.held.old_said_yes,
        new_said_yes: it.held.new_said_yes,
    }))
}

/// What a link is for. Looking uses nothing up: programs that read mails open what stands in them.
pub async fn look(run: &Runner, from: IpAddr, token: &str) -> Result<EmailLinkView, Failure> {
    let hash = link_token::hash(run, from, token)?;
    let found = run.job(Reach::Everyone, |cx| {
        async move {
            let found = email_changes::lock(&mut cx.tx, &hash).await?;
            let now = cx.now;
            Ok(found.filter(|(it, _)| it.held.state == State::Done || it.held.waits(now)))
        }
        .boxed()
    });
    let (stored, mailbox) = found.await?.ok_or_else(|| gone(run, from))?;
    Ok(view(stored.email, mailbox, stored.held))
}

/// Whoever reads the link's mailbox says yes. When both have, the account has the new address: its other sessions end, and
/// so do links that wait in the old mailbox.
pub async fn confirm(run: &Runner, from: IpAddr, token: &str) -> Result<EmailLinkView, Failure> {
    let hash = link_token::hash(run, from, token)?;
    let done = run.job(Reach::Everyone, |cx| confirmed(cx, (hash, from)).boxed());
    done.await?.ok_or_else(|| gone(run, from))
}

async fn confirmed(
    cx: &mut JobCx<'_>,
    (hash, from): (Digest, IpAddr),
) -> Result<Option<EmailLinkView>, Failure> {
    let Some((stored, mailbox)) = email_changes::lock(&mut cx.tx, &hash).await? else {
        return Ok(None);
    };
    let Ok(next) = stored.held.say_yes(mailbox, cx.now) else {
        return Ok(None);
    };
    if next != stored.held {
        if next.state == State::Done && !changed(cx, &stored, from).await? {
            return Ok(None);
        }
        email_changes::save(&mut cx.tx, &stored, &next).await?;
    }
    Ok(Some(view(stored.email, mailbox, next)))
}

/// `false`: somebody has taken the address meanwhile.
async fn changed(cx: &mut JobCx<'_>, stored: &Stored, from: IpAddr) -> Result<bool, Failure> {
    let user = stored.user;
    if !persons::change_address(&mut cx.tx, user, &stored.email).await? {
        return Ok(false);
    }
    account_links::end_waiting(&mut cx.tx, user).await?;
    let ended = sessions::end_others(&mut cx.tx, user, Some(stored.session)).await?;
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    let visitor = Visitor {
        user: Some(user),
        from: Some(from),
    };
    security::note(cx, visitor, SecurityStep::EmailChanged).await?;
    Ok(true)
}

fn view(email: String, mailbox: Mailbox, held: EmailChange) -> EmailLinkView {
    EmailLinkView {
        mailbox,
        email,
        said_yes: match mailbox {
            Mailbox::Old => held.old_said_yes,
            Mailbox::New => held.new_said_yes,
        },
        done: held.state == State::Done,
    }
}
