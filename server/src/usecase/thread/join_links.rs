//! A link by mail or SMS that leads the buyer into exactly this thread (X13), once a code that is sent to the same
//! address has shown whose it is. Links know token and code by their hashes alone. A mail or text message waits in its
//! queue, and its words are forgotten once they were handed over.

use crate::{
    auth,
    failure::Failure,
    live::Env,
    outside::sms::{Kept, Local},
    store::{
        Tx,
        call::settings,
        customer,
        people::{persons, sessions},
        thread::{
            self,
            join_links::{self, Stored},
        },
    },
    texts::{Line, MailKind},
    usecase::{
        AfterCommit, Cx, Query,
        mail::{self, Letter},
        number_plan, outward, text_messages,
    },
};
use jiff::Timestamp;
use orderline_domain::{
    digest::Digest,
    ids::{JoinLinkId, ThreadId, UserId},
    people::{
        person::Person,
        roles::{Action, Role},
        side::Side,
    },
    thread::{
        EventBody,
        join_link::{self, Channel, JoinLink, JoinLinkStep, LinkState, MAX_OPEN, masked},
    },
};
use orderline_protocol::{
    join::{JoinLinkList, JoinLinkPhase, JoinLinkView},
    problem::Code,
    socket::CommandResult,
};
use std::sync::Arc;

/// Where a buyer is written to: at their account's address; else where the vendor's record says, such as somebody who
/// asked without an account has typed. A guest may have neither.
async fn mailbox(tx: &mut Tx, buyer: UserId) -> Result<Option<String>, Failure> {
    match persons::email(tx, buyer).await? {
        Some(own) => Ok(Some(own)),
        None => Ok(customer::email_of(tx, buyer).await?),
    }
}

/// Sends a link into the thread.
pub async fn send(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    channel: Channel,
    phone: Option<&str>,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SendJoinLink, thread).await?;
    let people = thread::participants(&mut cx.tx, thread)
        .await?
        .unwrap_or_default();
    let buyer = people
        .iter()
        .find(|person| person.side() == Side::Buyer)
        .ok_or(Code::NotFound)?;
    let address = match channel {
        Channel::Mail => mailbox(&mut cx.tx, buyer.user)
            .await?
            .ok_or(Code::ChannelMissing)?,
        Channel::Sms => number_plan::read("phone", phone.unwrap_or_default())?.e164(),
    };
    if !goes_out(cx.env, channel) {
        return Err(Code::ChannelMissing.into());
    }
    if !thread::lock(&mut cx.tx, thread).await? {
        return Err(Code::NotFound.into());
    }
    if is_closed(&mut cx.tx, thread).await? {
        return Err(Code::ThreadClosed.into());
    }
    let open = join_links::of_thread(&mut cx.tx, thread).await?;
    if open.iter().filter(|it| it.held.is_open(cx.now)).count() >= MAX_OPEN {
        return Err(Code::TooMany.into());
    }
    let paid = outward::Message {
        way: outward::way(channel),
        vendor: cx.actor.vendor,
        by: Some(cx.actor.user),
        to: &address,
    };
    outward::spend(cx.env, &mut cx.tx, paid).await?;
    let token = cx.env.entropy.bytes32();
    let new = Stored {
        link: JoinLinkId::from_uuid(cx.env.entropy.uuid(cx.now)),
        vendor: cx.actor.vendor,
        thread,
        buyer: buyer.user,
        made_by: cx.actor.user,
        channel,
        address,
        held: JoinLink::issue(cx.now),
        version: 1,
        made_at: cx.now,
        sent_at: None,
        failed: false,
    };
    join_links::insert(&mut cx.tx, &new, &Digest::of(&token)).await?;
    let vendor = persons::vendor_name(&mut cx.tx, new.vendor)
        .await?
        .unwrap_or_default();
    let title = thread::find(&mut cx.tx, thread)
        .await?
        .map_or_else(String::new, |row| row.title);
    let url = format!("{}/j#{}", cx.env.node_url, hex::encode(token));
    let values = [
        ("name", buyer.name.as_str()),
        ("seller", cx.actor.name.as_str()),
        ("vendor", vendor.as_str()),
        ("title", title.as_str()),
        ("link", url.as_str()),
    ];
    let answer = told(cx, &new, JoinLinkStep::Sent).await?;
    match channel {
        Channel::Mail => {
            let letter = Letter {
                to: new.buyer,
                address: Some(&new.address),
                thread: Some(new.thread),
                kind: MailKind::JoinLink,
                about: new.link.as_uuid(),
                values: &values,
                attachment: None,
                notice: None,
                secret: true,
            };
            mail::queue(cx.env, &mut cx.tx, new.vendor, &letter).await?;
        }
        Channel::Sms => {
            let language = mail::language_of(&mut cx.tx, new.buyer).await?;
            let text = Line::SmsInvitation.written(language, &values)?;
            let letter = text_messages::Letter {
                to: &new,
                is_link: true,
                text: &text,
                useful_until: new.held.expires_at,
            };
            text_messages::queue(cx.env, &mut cx.tx, &letter).await?;
            let job = text_messages::TEXT_MESSAGE.to_owned();
            cx.news.after.push(AfterCommit::Job(job));
        }
    }
    Ok(answer)
}

/// Whether an answer sends a link here by itself. The thread is locked, so that two answers send one.
pub(super) async fn is_due(cx: &mut Cx<'_>, thread: ThreadId) -> Result<bool, Failure> {
    if !thread::lock(&mut cx.tx, thread).await? {
        return Ok(false);
    }
    let links = join_links::of_thread(&mut cx.tx, thread).await?;
    Ok(join_link::is_due(links.iter().map(|it| it.held), cx.now))
}

/// The seller takes a link back; the session that it opened ends with it.
pub async fn revoke(
    cx: &mut Cx<'_>,
    link: JoinLinkId,
    version: i64,
) -> Result<CommandResult, Failure> {
    let stored = join_links::find(&mut cx.tx, link)
        .await?
        .ok_or(Code::NotFound)?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SendJoinLink, stored.thread).await?;
    if stored.version != version {
        return Err(Code::Conflict.into());
    }
    let held = stored.held.revoke(cx.now).map_err(|_| Code::Conflict)?;
    if !join_links::save(&mut cx.tx, &stored, &held).await? {
        return Err(Code::Conflict.into());
    }
    let ended = sessions::end_of_link(&mut cx.tx, link).await?;
    cx.news.after.push(AfterCommit::SessionsOver(ended));
    told(cx, &stored, JoinLinkStep::Revoked).await
}

/// Whether there is a way out to an address of this kind.
fn goes_out(env: &Env, channel: Channel) -> bool {
    match channel {
        Channel::Mail => mail::go_out(env),
        Channel::Sms => env.config.demo || env.config.sms.is_some(),
    }
}

/// Nobody writes in a closed thread, so that no link leads there either.
pub(in crate::usecase) async fn is_closed(tx: &mut Tx, thread: ThreadId) -> Result<bool, Failure> {
    let standing = settings::of_threads(tx, &[thread]).await?.pop();
    Ok(standing.ok_or(Code::NotFound)?.calling.closed)
}

async fn told(
    cx: &mut Cx<'_>,
    stored: &Stored,
    step: JoinLinkStep,
) -> Result<CommandResult, Failure> {
    let body = event(stored, step);
    Ok(cx.tell(stored.thread, &body).await?.answer())
}

pub(in crate::usecase) fn event(stored: &Stored, step: JoinLinkStep) -> EventBody {
    EventBody::JoinLinkChanged {
        link: stored.link,
        channel: stored.channel,
        hint: masked(stored.channel, &stored.address),
        step,
    }
}

/// The links of a thread, for its seller.
pub async fn of_thread(query: &mut Query<'_>, thread: ThreadId) -> Result<JoinLinkList, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::SendJoinLink, thread).await?;
    let now = query.env.clock.now();
    let mut links = Vec::new();
    for it in join_links::of_thread(&mut query.tx, thread).await? {
        links.push(JoinLinkView {
            link: it.link,
            version: it.version,
            phase: phase(&it, now),
            channel: it.channel,
            hint: masked(it.channel, &it.address),
            // Only sellers make links.
            by: persons::name(&mut query.tx, it.made_by)
                .await?
                .map(|name| Person::new(it.made_by, name, Role::Seller).into()),
            made_at: it.made_at,
            expires_at: it.held.expires_at,
        });
    }
    Ok(JoinLinkList { links })
}

fn phase(it: &Stored, now: Timestamp) -> JoinLinkPhase {
    match it.held.state {
        LinkState::Used { .. } => JoinLinkPhase::Used,
        LinkState::Revoked { .. } => JoinLinkPhase::Revoked,
        LinkState::Open { .. } if !it.held.is_open(now) => JoinLinkPhase::Expired,
        LinkState::Open { .. } if it.sent_at.is_some() => JoinLinkPhase::Sent,
        LinkState::Open { .. } if it.failed => JoinLinkPhase::Failed,
        LinkState::Open { .. } => JoinLinkPhase::Sending,
    }
}

/// The demo's phones; nothing where text messages leave the machine. Cheap to clone.
#[derive(Clone)]
pub struct Phones(pub Option<Arc<Local>>);

/// What was sent to the demo's phones, the newest first.
pub fn demo_messages(phones: &Phones) -> Result<Vec<String>, Failure> {
    let local = phones.0.as_ref().ok_or(Code::NotFound)?;
    let line = |it: Kept| format!("{} {}\n{}", it.at, it.to, it.text);
    Ok(local.kept().into_iter().map(line).collect())
}
