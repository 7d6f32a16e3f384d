//! A link by mail or SMS that leads the buyer into exactly this thread (X13), once a code that is sent to the same
//! address has shown whose it is. Token and code stand in the database as hashes alone.

use super::{
    Actor, AfterCommit, Cx, Failure, Outcome,
    appointments::wrong,
    command,
    sign_in::{Begun, limited_session},
};
use crate::{
    app::App,
    auth,
    store::{
        Tx,
        appointments::lock_thread,
        events::{NewEvent, append_event},
        join_links::{self, Stored},
        threads, users,
    },
};
use jiff::Timestamp;
use orderline_domain::{
    digest::Digest,
    ids::{JoinLinkId, ThreadId},
    join_link::{
        BadStep, CODE_DIGITS, CODE_LIVES, Channel, Guess, JoinLink, JoinLinkStep, LinkState,
        MAX_OPEN, code_hash, masked,
    },
    roles::{Action, Role},
    thread::{Author, EventBody},
};
use orderline_protocol::{
    join::{JoinLinkList, JoinLinkPhase, JoinLinkView, JoinView},
    problem::{Code, Problem},
};
use std::{collections::BTreeMap, fmt, net::IpAddr, time::Duration};

/// Attempts to hand a message over, and the pause before each but the first.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(10),
];

/// A message about to be handed over. It holds a token or a code, so that it lives in memory alone.
#[derive(Clone)]
pub struct Message {
    pub link: JoinLinkId,
    pub scope: orderline_domain::ids::VendorId,
    channel: Channel,
    address: String,
    subject: String,
    text: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("link", &self.link)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// Sends a link into the thread.
pub async fn send(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    channel: Channel,
    phone: Option<&str>,
) -> Result<Outcome, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::SendJoinLink, thread).await?;
    let people = threads::participants(&mut cx.tx, thread)
        .await?
        .unwrap_or_default();
    let buyer = people
        .iter()
        .find(|person| person.role == Role::Buyer)
        .ok_or(Code::NotFound)?;
    let address = match channel {
        Channel::Mail => join_links::email_of(&mut cx.tx, buyer.user)
            .await?
            .ok_or(Code::NotFound)?,
        Channel::Sms => number(phone.unwrap_or_default())?,
    };
    if !lock_thread(&mut cx.tx, thread).await? {
        return Err(Code::NotFound.into());
    }
    let open = join_links::of_thread(&mut cx.tx, thread).await?;
    if open.iter().filter(|it| it.held.is_open(cx.now)).count() >= MAX_OPEN {
        return Err(Code::TooMany.into());
    }
    let token = cx.app.entropy.bytes32();
    let new = Stored {
        link: JoinLinkId::from_uuid(cx.app.entropy.uuid(cx.now)),
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
    };
    join_links::insert(&mut cx.tx, &new, &Digest::of(&token)).await?;
    let vendor = join_links::vendor_name(&mut cx.tx, new.vendor)
        .await?
        .unwrap_or_default();
    let url = format!("{}/j#{}", cx.app.node_url, hex::encode(token));
    let values = [
        ("seller", cx.actor.name.as_str()),
        ("vendor", vendor.as_str()),
        ("url", url.as_str()),
    ];
    let message = Message {
        link: new.link,
        scope: new.vendor,
        channel,
        address: new.address.clone(),
        subject: word("subject", &values),
        text: word("invitation", &values),
    };
    let mut outcome = told(cx, &new, JoinLinkStep::Sent).await?;
    outcome.after.push(AfterCommit::JoinMessage(message));
    Ok(outcome)
}

/// The seller takes a link back.
pub async fn revoke(cx: &mut Cx<'_>, link: JoinLinkId, version: i64) -> Result<Outcome, Failure> {
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
    told(cx, &stored, JoinLinkStep::Revoked).await
}

async fn told(cx: &mut Cx<'_>, stored: &Stored, step: JoinLinkStep) -> Result<Outcome, Failure> {
    let body = event(stored, step);
    let new = NewEvent {
        thread: stored.thread,
        author: cx.actor.author(),
        command: Some(cx.command),
        at: cx.now,
        salt: cx.app.entropy.bytes32(),
        body: &body,
    };
    Ok(Outcome::done(append_event(&mut cx.tx, new).await?))
}

fn event(stored: &Stored, step: JoinLinkStep) -> EventBody {
    EventBody::JoinLinkChanged {
        link: stored.link,
        channel: stored.channel,
        hint: masked(stored.channel, &stored.address),
        step,
    }
}

/// The links of a thread, for its seller.
pub async fn of_thread(
    app: &App,
    actor: &Actor,
    thread: ThreadId,
) -> Result<JoinLinkList, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    auth::authorise_in_thread(&mut tx, actor, Action::SendJoinLink, thread).await?;
    let now = app.clock.now();
    let mut links = Vec::new();
    for it in join_links::of_thread(&mut tx, thread).await? {
        links.push(JoinLinkView {
            link: it.link,
            version: it.version,
            phase: phase(&it, now),
            channel: it.channel,
            hint: masked(it.channel, &it.address),
            by: users::person(&mut tx, it.made_by).await?,
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
        LinkState::Open { .. } => JoinLinkPhase::Sending,
    }
}

/// Where an opened link leads. Whoever holds the token may know that much.
pub async fn look(app: &App, from: IpAddr, token: &str) -> Result<JoinView, Failure> {
    let (mut tx, stored, _) = opened(app, from, token).await?;
    view(&mut tx, &stored).await
}

/// Sends a code to the link's address.
pub async fn send_code(app: &App, from: IpAddr, token: &str) -> Result<JoinView, Failure> {
    let (mut tx, stored, secret) = opened(app, from, token).await?;
    let digits = digits(app.entropy.bytes32());
    let hash = code_hash(&secret, &digits);
    let held = stored
        .held
        .send_code(hash, app.clock.now())
        .map_err(bad_step)?;
    if !join_links::save(&mut tx, &stored, &held).await? {
        return Err(Code::Conflict.into());
    }
    let stored = Stored { held, ..stored };
    let view = view(&mut tx, &stored).await?;
    tx.commit().await?;
    let values = [
        ("code", digits.as_str()),
        ("vendor", view.vendor_name.as_str()),
    ];
    let message = Message {
        link: stored.link,
        scope: stored.vendor,
        channel: stored.channel,
        address: stored.address,
        subject: word("code_subject", &values),
        text: word("code", &values),
    };
    super::after::start(app, AfterCommit::JoinMessage(message));
    Ok(view)
}

/// Opens a session that sees the link's thread alone, if the code is right. A wrong one is counted.
pub async fn enter(
    app: &App,
    from: IpAddr,
    token: &str,
    code: &str,
) -> Result<(Begun, ThreadId), Failure> {
    let (mut tx, stored, secret) = opened(app, from, token).await?;
    let now = app.clock.now();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != CODE_DIGITS || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong("code", "invalid", BTreeMap::new()).into());
    }
    let hash = code_hash(&secret, &code);
    let held = match stored.held.guess(hash, now).map_err(bad_step)? {
        Guess::Right(held) => held,
        Guess::Wrong { link, left } => {
            if !join_links::save(&mut tx, &stored, &link).await? {
                return Err(Code::Conflict.into());
            }
            tx.commit().await?;
            let params = BTreeMap::from([("left".to_owned(), left.to_string())]);
            return Err(wrong("code", "wrong_code", params).into());
        }
    };
    if !join_links::save(&mut tx, &stored, &held).await? {
        return Err(Code::Conflict.into());
    }
    let body = event(&stored, JoinLinkStep::Proven);
    let new = NewEvent {
        thread: stored.thread,
        author: Author::User {
            user: stored.buyer,
            role: Role::Buyer,
        },
        command: None,
        at: now,
        salt: app.entropy.bytes32(),
        body: &body,
    };
    let published = append_event(&mut tx, new).await?;
    let person = users::person(&mut tx, stored.buyer)
        .await?
        .ok_or(Code::BadTicket)?;
    let begun = limited_session(app, &mut tx, stored.vendor, &person, stored.thread).await?;
    tx.commit().await?;
    command::finish(app, &Outcome::done(published));
    Ok((begun, stored.thread))
}

/// The open link of a token, locked. An unknown, used or expired one is a bad ticket; who tries many is slowed.
async fn opened(app: &App, from: IpAddr, token: &str) -> Result<(Tx, Stored, [u8; 32]), Failure> {
    let key = (from, "join link".to_owned());
    app.sign_in.check(&key, app.clock.now())?;
    let mut secret = [0; 32];
    let known = match hex::decode_to_slice(token, &mut secret) {
        Ok(()) => find(app, &Digest::of(&secret)).await?,
        Err(_) => None,
    };
    match known.filter(|(_, stored)| stored.held.is_open(app.clock.now())) {
        Some((tx, stored)) => Ok((tx, stored, secret)),
        None => {
            app.sign_in.note(key, app.clock.now());
            Err(Code::BadTicket.into())
        }
    }
}

async fn find(app: &App, hash: &Digest) -> Result<Option<(Tx, Stored)>, Failure> {
    let mut tx = app.store.begin_unscoped().await?;
    let vendor = join_links::vendor_of(&mut tx, hash).await?;
    tx.roll_back().await?;
    let Some(vendor) = vendor else {
        return Ok(None);
    };
    let mut tx = app.store.begin(vendor).await?;
    let stored = join_links::lock(&mut tx, hash).await?;
    Ok(stored.map(|stored| (tx, stored)))
}

async fn view(tx: &mut Tx, stored: &Stored) -> Result<JoinView, Failure> {
    let seller = users::person(tx, stored.made_by).await?;
    let code_until = match stored.held.state {
        LinkState::Open {
            code: Some(code), ..
        } => code.sent_at.saturating_add(CODE_LIVES).ok(),
        _ => None,
    };
    Ok(JoinView {
        vendor_name: join_links::vendor_name(tx, stored.vendor)
            .await?
            .unwrap_or_default(),
        seller: seller.map(|person| person.name).unwrap_or_default(),
        channel: stored.channel,
        hint: masked(stored.channel, &stored.address),
        code_until,
    })
}

/// What was sent in demo mode, the newest first.
pub fn demo_messages(app: &App) -> Result<Vec<String>, Failure> {
    let local = app.outside.local.as_ref().ok_or(Code::NotFound)?;
    let line = |it: crate::outside::sms::Kept| format!("{} {}\n{}", it.at, it.to, it.text);
    Ok(local.kept().into_iter().map(line).collect())
}

/// Hands a message over, a few times if need be. What cannot be handed over is seen in the seller's list.
pub async fn deliver(app: App, message: Message) {
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        let handed = hand_over(&app, &message).await;
        match handed {
            Ok(()) => {
                if let Err(failure) = mark_sent(&app, &message).await {
                    tracing::warn!(error = %failure, link.id = %message.link, "a sent link is not marked as sent");
                }
                return;
            }
            Err((error, again)) => {
                tracing::warn!(error, link.id = %message.link, again, "a link's message was not taken");
                if !again {
                    return;
                }
            }
        }
    }
}

/// Hands a message to the way out of its channel. The error says whether another attempt makes sense.
async fn hand_over(app: &App, message: &Message) -> Result<(), (String, bool)> {
    let text = match message.channel {
        Channel::Sms => message.text.clone(),
        Channel::Mail => format!("{}\n\n{}", message.subject, message.text),
    };
    let way = match message.channel {
        Channel::Sms => app.outside.sms.clone(),
        Channel::Mail => app.outside.local.clone().map(|local| local as _),
    };
    match way {
        Some(way) => way
            .send(&message.address, &text)
            .await
            .map_err(|error| (error.to_string(), error.is_transient())),
        None => Err(("no way out is set up for this channel".to_owned(), false)),
    }
}

async fn mark_sent(app: &App, message: &Message) -> Result<(), Failure> {
    let mut tx = app.store.begin(message.scope).await?;
    join_links::sent(&mut tx, message.link, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

fn bad_step(bad: BadStep) -> Failure {
    match bad {
        BadStep::Over => Code::BadTicket.into(),
        BadStep::TooSoon { seconds } => Problem {
            retry_after_ms: Some(seconds * 1_000),
            ..Code::TooMany.into()
        }
        .into(),
        BadStep::TooManyCodes => Code::TooMany.into(),
        BadStep::NoCode => wrong("code", "code_over", BTreeMap::new()).into(),
    }
}

/// A phone number in E.164 form.
fn number(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong("phone", "required", BTreeMap::new()).into());
    }
    let bad = || wrong("phone", "phone", BTreeMap::new());
    let number = phonenumber::parse(None, text).map_err(|_| bad())?;
    if !phonenumber::is_valid(&number) {
        return Err(bad().into());
    }
    Ok(number.format().mode(phonenumber::Mode::E164).to_string())
}

/// Six digits from a random number: every code is as likely as any other, but for one part in 10^70.
fn digits(bytes: [u8; 32]) -> String {
    let mut rest = 0_u64;
    for byte in bytes {
        rest = (rest * 256 + u64::from(byte)) % 1_000_000;
    }
    format!("{rest:06}")
}

fn word(key: &str, values: &[(&str, &str)]) -> String {
    super::appointments::word_of(include_str!("../../locales/join/en.json"), key, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x13_codes_have_six_digits_and_use_all_of_them() {
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..=255_u8 {
            let mut bytes = [7; 32];
            bytes[31] = n;
            let code = digits(bytes);
            assert_eq!(code.len(), CODE_DIGITS);
            assert!(code.bytes().all(|b| b.is_ascii_digit()));
            seen.insert(code);
        }
        assert_eq!(seen.len(), 256);
    }

    #[test]
    fn x13_only_numbers_of_the_world_are_taken() {
        assert_eq!(number(" +49 341 123456 ").unwrap(), "+49341123456");
        for bad in ["", "12", "0341 123456", "+49", "hello", "+1 555"] {
            assert!(number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn x13_a_message_never_shows_its_token() {
        let message = Message {
            link: JoinLinkId::from_uuid(uuid::Uuid::nil()),
            scope: orderline_domain::ids::VendorId::from_uuid(uuid::Uuid::nil()),
            channel: Channel::Sms,
            address: "+49341123456".to_owned(),
            subject: "secret".to_owned(),
            text: "secret".to_owned(),
        };
        let shown = format!("{message:?}");
        assert!(!shown.contains("secret") && !shown.contains("+49"));
    }
}
