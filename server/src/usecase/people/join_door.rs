//! What whoever opens a link into a thread meets: where it leads, a code, and the way in.

use super::sign_in::{Begun, limited_session};
use crate::{
    app::App,
    store::{
        Tx,
        people::users,
        thread::{
            events::{NewEvent, append_event},
            join_links::{self, Stored},
        },
    },
    usecase::{
        Actor, AfterCommit, Failure, Outcome, command,
        mail::{self, Letter},
        thread::join_links::{event, is_closed, sms, word},
        words::wrong,
    },
};
use orderline_domain::{
    digest::Digest,
    ids::ThreadId,
    people::roles::Role,
    thread::{
        Author,
        join_link::{
            BadStep, CODE_DIGITS, CODE_LIVES, Channel, Guess, JoinLinkStep, LinkState, code_hash,
            masked,
        },
    },
};
use orderline_protocol::{
    join::JoinView,
    problem::{Code, Problem},
};
use std::{collections::BTreeMap, net::IpAddr};

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
    let buyer = users::person(&mut tx, stored.buyer).await?;
    let name = buyer.map(|person| person.name).unwrap_or_default();
    let values = [
        ("name", name.as_str()),
        ("code", digits.as_str()),
        ("vendor", view.vendor_name.as_str()),
    ];
    if stored.channel == Channel::Mail {
        let letter = Letter {
            to: stored.buyer,
            kind: "join_code",
            // Each code is a thing of its own.
            about: app.entropy.uuid(app.clock.now()),
            template: include_str!("../../../locales/mail/join_code.en.txt"),
            values: &values,
            attachment: None,
            secret: true,
        };
        mail::queue(app, &mut tx, stored.vendor, &letter).await?;
    }
    tx.commit().await?;
    if stored.channel == Channel::Sms {
        let message = sms(&stored, word("code", &values));
        crate::usecase::after::start(app, AfterCommit::JoinMessage(message));
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
pub async fn enter(app: &App, knock: Knock<'_>) -> Result<(Option<Begun>, ThreadId), Failure> {
    let Knock {
        from, token, code, ..
    } = knock;
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
    let at_home = knock
        .here
        .is_some_and(|actor| actor.user == stored.buyer && actor.only_thread.is_none());
    let begun = if at_home {
        None
    } else {
        Some(limited_session(app, &mut tx, stored.vendor, &person, stored.thread).await?)
    };
    tx.commit().await?;
    command::finish(app, &Outcome::done(published));
    Ok((begun, stored.thread))
}

/// The open link of a token, locked. An unknown, used or expired one is a bad ticket, as is one into a closed
/// thread; who tries many is slowed.
async fn opened(app: &App, from: IpAddr, token: &str) -> Result<(Tx, Stored, [u8; 32]), Failure> {
    let key = (from, "join link".to_owned());
    app.sign_in.check(&key, app.clock.now())?;
    let mut secret = [0; 32];
    let known = match hex::decode_to_slice(token, &mut secret) {
        Ok(()) => find(app, &Digest::of(&secret)).await?,
        Err(_) => None,
    };
    if let Some((tx, stored)) = known.filter(|(_, stored)| stored.held.is_open(app.clock.now())) {
        Ok((tx, stored, secret))
    } else {
        app.sign_in.note(key, app.clock.now());
        Err(Code::BadTicket.into())
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
    let Some(stored) = join_links::lock(&mut tx, hash).await? else {
        return Ok(None);
    };
    if is_closed(&mut tx, stored.thread).await? {
        return Ok(None);
    }
    Ok(Some((tx, stored)))
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

/// Six digits from a random number: every code is as likely as any other, but for one part in 10^70.
fn digits(bytes: [u8; 32]) -> String {
    let mut rest = 0_u64;
    for byte in bytes {
        rest = (rest * 256 + u64::from(byte)) % 1_000_000;
    }
    format!("{rest:06}")
}

#[cfg(test)]
mod tests {
    use crate::usecase::people::join_door::*;

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
}
