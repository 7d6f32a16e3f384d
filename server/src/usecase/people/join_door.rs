//! What whoever opens a link into a thread meets: where it leads, a code, and the way in.

use crate::{
    actor::Actor,
    failure::Failure,
    live::Env,
    store::{
        Tx,
        people::persons,
        thread::join_links::{self, Stored},
    },
    texts::{Line, MailKind},
    usecase::{
        AfterCommit, JobCx, Reach, Runner,
        mail::{self, Letter},
        outward,
        people::sign_in::{Begun, LIMITED_LIVES, Opening, limited_session},
        text_messages,
        thread::join_links::{event, is_closed},
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::{ThreadId, VendorId},
    people::{
        one_time_code::{CODE_LIVES, SentCode, code_hash, digits, typed},
        proof::Proof,
        roles::Role,
    },
    thread::{
        Author,
        join_link::{BadStep, Channel, Guess, JoinLinkStep, LinkState, masked},
    },
};
use orderline_protocol::{
    join::JoinView,
    problem::{Code, Problem},
};
use std::net::IpAddr;

/// Where an opened link leads. Whoever holds the token may know that much.
pub async fn look(run: &Runner, from: IpAddr, token: &str) -> Result<JoinView, Failure> {
    let token = known(run, from, token).await?;
    run.job(token.vendor, |cx| looked_at(cx, token).boxed())
        .await
}

async fn looked_at(cx: &mut JobCx<'_>, token: Token) -> Result<JoinView, Failure> {
    let stored = opened(cx, token).await?;
    view(&mut cx.tx, &stored).await
}

/// Sends a code to the link's address.
pub async fn send_code(run: &Runner, from: IpAddr, token: &str) -> Result<JoinView, Failure> {
    let token = known(run, from, token).await?;
    run.job(token.vendor, |cx| code_sent(cx, token).boxed())
        .await
}

async fn code_sent(cx: &mut JobCx<'_>, token: Token) -> Result<JoinView, Failure> {
    let stored = opened(cx, token).await?;
    let paid = outward::Message {
        way: outward::way(stored.channel),
        vendor: stored.vendor,
        by: None,
        to: &stored.address,
    };
    outward::spend(cx.env, &mut cx.tx, paid).await?;
    let digits = digits(cx.env.entropy.bytes32());
    let hash = code_hash(&token.secret, &digits);
    let held = stored.held.send_code(hash, cx.now).map_err(bad_step)?;
    if !join_links::save(&mut cx.tx, &stored, &held).await? {
        return Err(Code::Conflict.into());
    }
    let stored = Stored { held, ..stored };
    let view = view(&mut cx.tx, &stored).await?;
    let name = persons::name(&mut cx.tx, stored.buyer)
        .await?
        .unwrap_or_default();
    let values = [
        ("name", name.as_str()),
        ("code", digits.as_str()),
        ("vendor", view.vendor_name.as_str()),
    ];
    match stored.channel {
        Channel::Mail => {
            let letter = Letter {
                to: stored.buyer,
                address: Some(&stored.address),
                thread: Some(stored.thread),
                kind: MailKind::JoinCode,
                // Each code is a thing of its own.
                about: cx.env.entropy.uuid(cx.now),
                values: &values,
                attachment: None,
                notice: None,
                secret: true,
            };
            mail::queue(cx.env, &mut cx.tx, stored.vendor, &letter).await?;
        }
        Channel::Sms => {
            let language = mail::language_of(&mut cx.tx, stored.buyer).await?;
            let text = Line::SmsCode.written(language, &values)?;
            let letter = text_messages::Letter {
                to: &stored,
                is_link: false,
                text: &text,
                useful_until: cx.now + CODE_LIVES,
            };
            text_messages::queue(cx.env, &mut cx.tx, &letter).await?;
            let job = text_messages::TEXT_MESSAGE.to_owned();
            cx.news.after.push(AfterCommit::Job(job));
        }
    }
    Ok(view)
}

/// Who stands before a link's door: from where, with which token and code.
#[derive(Clone, Copy)]
pub struct Knock<'a> {
    pub from: IpAddr,
    pub token: &'a str,
    pub code: &'a str,
    /// Who is signed in here already.
    pub here: Option<&'a Actor>,
}

/// Opens a session that sees the link's thread alone, if the code is right. A wrong one is counted. Who is signed in
/// as this very buyer keeps the session that they have.
pub async fn enter(run: &Runner, knock: Knock<'_>) -> Result<(Option<Begun>, ThreadId), Failure> {
    let token = known(run, knock.from, knock.token).await?;
    let entered = run.job(token.vendor, |cx| entered(cx, token, knock).boxed());
    Ok(entered.await??)
}

/// The inner error is kept: a wrong code was counted.
async fn entered(
    cx: &mut JobCx<'_>,
    token: Token,
    knock: Knock<'_>,
) -> Result<Result<(Option<Begun>, ThreadId), Problem>, Failure> {
    let stored = opened(cx, token).await?;
    let code = typed(knock.code).ok_or_else(|| FieldError::new("code", code::INVALID))?;
    let hash = code_hash(&token.secret, &code);
    let held = match stored.held.guess(hash, cx.now).map_err(bad_step)? {
        Guess::Right(held) => held,
        Guess::Wrong { link, left } => {
            if !join_links::save(&mut cx.tx, &stored, &link).await? {
                return Err(Code::Conflict.into());
            }
            let wrong = FieldError::new("code", code::WRONG_CODE).with("left", &left);
            return Ok(Err(wrong.into()));
        }
    };
    if !join_links::save(&mut cx.tx, &stored, &held).await? {
        return Err(Code::Conflict.into());
    }
    let author = Author::User {
        user: stored.buyer,
        role: Role::Buyer,
    };
    let body = event(&stored, JoinLinkStep::Proven);
    cx.tell_as(author, stored.thread, &body).await?;
    let buyer = persons::known(&mut cx.tx, stored.buyer)
        .await?
        .filter(|it| it.is(Role::Buyer))
        .ok_or(Code::BadTicket)?;
    let at_home = knock
        .here
        .is_some_and(|actor| actor.user == stored.buyer && actor.only_thread.is_none());
    let begun = if at_home {
        None
    } else {
        let opening = Opening {
            vendor: stored.vendor,
            thread: stored.thread,
            link: Some(stored.link),
            lives: LIMITED_LIVES,
            proof: shown(&mut cx.tx, &stored).await?,
        };
        Some(limited_session(cx, buyer.user, opening).await?)
    };
    Ok(Ok((begun, stored.thread)))
}

/// What having opened this link shows: whose contact it went to is the account's word, never the sender's.
async fn shown(tx: &mut Tx, stored: &Stored) -> Result<Proof, Failure> {
    let own = match stored.channel {
        Channel::Mail => persons::own_email(tx, stored.buyer).await?,
        // Accounts have no number of their own.
        Channel::Sms => None,
    };
    Ok(Proof::by_link(
        stored.channel,
        own.is_some_and(|own| own == stored.address),
    ))
}

/// A token whose vendor is known; whether its link is open is not.
#[derive(Clone, Copy)]
struct Token {
    vendor: VendorId,
    secret: [u8; 32],
    from: IpAddr,
}

/// Whose link a token opens. An unknown one is a bad ticket; who tries many is slowed. A right one is never refused for
/// what others tried: nobody guesses 256 bits.
async fn known(run: &Runner, from: IpAddr, token: &str) -> Result<Token, Failure> {
    let env = &run.env;
    let mut secret = [0; 32];
    let vendor = match hex::decode_to_slice(token, &mut secret) {
        Ok(()) => {
            let hash = Digest::of(&secret);
            run.job(Reach::Nobody, |cx| vendor_of(cx, hash).boxed())
                .await?
        }
        Err(_) => None,
    };
    match vendor {
        Some(vendor) => Ok(Token {
            vendor,
            secret,
            from,
        }),
        None => Err(bad_ticket(env, from)),
    }
}

async fn vendor_of(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<VendorId>, Failure> {
    Ok(join_links::vendor_of(&mut cx.tx, &hash).await?)
}

/// The open link of a token, locked. A used or expired one is a bad ticket, as is one into a closed thread.
async fn opened(cx: &mut JobCx<'_>, token: Token) -> Result<Stored, Failure> {
    let stored = join_links::lock(&mut cx.tx, &Digest::of(&token.secret)).await?;
    match stored.filter(|stored| stored.held.is_open(cx.now)) {
        Some(stored) if !is_closed(&mut cx.tx, stored.thread).await? => Ok(stored),
        _ => Err(bad_ticket(cx.env, token.from)),
    }
}

fn bad_ticket(env: &Env, from: IpAddr) -> Failure {
    env.sign_in.no_link(from).into()
}

async fn view(tx: &mut Tx, stored: &Stored) -> Result<JoinView, Failure> {
    let seller = persons::name(tx, stored.made_by).await?;
    let code_until = match stored.held.state {
        LinkState::Open { code, .. } => code.as_ref().map(SentCode::until),
        _ => None,
    };
    Ok(JoinView {
        vendor_name: persons::vendor_name(tx, stored.vendor)
            .await?
            .unwrap_or_default(),
        seller: seller.unwrap_or_default(),
        channel: stored.channel,
        hint: masked(stored.channel, &stored.address),
        code_until,
    })
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
        BadStep::NoCode => FieldError::new("code", code::CODE_OVER).into(),
    }
}
