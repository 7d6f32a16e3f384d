//! Whoever came by a link to a contact that the seller's side gave shows who they are: a code goes to the account's own
//! contact, or where it has none to one that they type themselves, and is entered in the page. From then on the session
//! may do what binds. One that the seller's side typed alone is never enough: that would be one side vouching for the
//! other.

use crate::{
    actor::Actor,
    failure::Failure,
    live::Env,
    store::{
        Tx,
        people::{persons, proof_codes, sessions},
        thread,
    },
    texts::MailKind,
    usecase::{
        AfterCommit, Cx, Query, Runner,
        mail::{self, Letter},
        outward,
    },
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    field::{FieldError, code},
    ids::ThreadId,
    outward::Way,
    people::{
        one_time_code::{Entered, NotSent, ProofCodes, code_hash, digits, typed},
        proof::Proof,
    },
    text::MailAddress,
    thread::{
        EventBody,
        join_link::{Channel, masked},
    },
};
use orderline_protocol::{
    http::{AskProofCode, ProofCode, ProofView},
    problem::{Code, Problem},
};

/// What such a session becomes.
const BY_OWN: Proof = Proof::CodeToOwnContact {
    channel: Channel::Mail,
};
/// The same by an address that is not the account's.
const BY_TYPED: Proof = Proof::CodeToTypedContact {
    channel: Channel::Mail,
};

/// The secret in the page's cookie: with it alone a code's hash can be compared.
#[derive(Clone, Copy)]
pub struct SessionSecret(pub [u8; 32]);

/// How the actor showed who they are, and by what they can show more.
pub async fn look(query: &mut Query<'_>) -> Result<ProofView, Failure> {
    let codes = proof_codes::find(&mut query.tx, query.actor.user).await?;
    view(query.env, &mut query.tx, query.actor, &codes).await
}

/// Sends a code to the account's own contact, or to the one that was typed where it has none.
pub async fn send_code(
    cx: &mut Cx<'_>,
    secret: SessionSecret,
    wish: &AskProofCode,
) -> Result<ProofView, Failure> {
    let actor = cx.actor;
    let thread = in_need(actor)?;
    if !mail::go_out(cx.env) {
        return Err(Code::ChannelMissing.into());
    }
    let to = contact(cx, wish.email.as_deref()).await?;
    let code = digits(cx.env.entropy.bytes32());
    let codes = proof_codes::lock(&mut cx.tx, actor.user)
        .await?
        .send(actor.session, to.code(secret, &code), cx.now)
        .map_err(not_sent)?;
    proof_codes::save(&mut cx.tx, actor.user, &codes).await?;
    let to = to.email;
    let paid = outward::Message {
        way: Way::Mail,
        vendor: actor.vendor,
        by: Some(actor.user),
        to: &to,
    };
    outward::spend(cx.env, &mut cx.tx, paid).await?;
    let vendor = persons::vendor_name(&mut cx.tx, actor.vendor)
        .await?
        .unwrap_or_default();
    let letter = Letter {
        to: actor.user,
        address: Some(&to),
        thread: Some(thread),
        kind: MailKind::ProofCode,
        // Each code is a thing of its own.
        about: cx.env.entropy.uuid(cx.now),
        values: &[("name", &actor.name), ("code", &code), ("vendor", &vendor)],
        attachment: None,
        notice: None,
        secret: true,
    };
    mail::queue(cx.env, &mut cx.tx, actor.vendor, &letter).await?;
    view(cx.env, &mut cx.tx, actor, &codes).await
}

/// Takes a code. Right, the session is the person's own from now on, and its thread says so. A wrong one is counted.
pub async fn enter(
    run: &Runner,
    actor: &Actor,
    secret: SessionSecret,
    wish: &ProofCode,
) -> Result<ProofView, Failure> {
    let code = typed(&wish.code).ok_or_else(|| FieldError::new("code", code::INVALID))?;
    let email = wish.email.as_deref();
    let entered = run.act(actor, |cx| entered(cx, secret, (&code, email)).boxed());
    Ok(entered.await??)
}

/// The inner error is kept: a wrong code was counted.
async fn entered(
    cx: &mut Cx<'_>,
    secret: SessionSecret,
    (code, email): (&str, Option<&str>),
) -> Result<Result<ProofView, Problem>, Failure> {
    let actor = cx.actor;
    let thread = in_need(actor)?;
    let to = contact(cx, email).await?;
    let (codes, entered) = proof_codes::lock(&mut cx.tx, actor.user).await?.enter(
        actor.session,
        to.code(secret, code),
        cx.now,
    );
    proof_codes::save(&mut cx.tx, actor.user, &codes).await?;
    match entered {
        Entered::Right => {}
        Entered::Over => return Err(FieldError::new("code", code::CODE_OVER).into()),
        Entered::Wrong { left, .. } => {
            let wrong = FieldError::new("code", code::WRONG_CODE).with("left", &left);
            return Ok(Err(wrong.into()));
        }
    }
    let proof = if !to.typed || persons::take_address(&mut cx.tx, &to.email).await? {
        BY_OWN
    } else {
        BY_TYPED
    };
    if !sessions::prove(&mut cx.tx, actor.session, proof).await? {
        return Err(Code::SignInNeeded.into());
    }
    let hint = masked(Channel::Mail, &to.email);
    if proof == BY_TYPED {
        tell_given(cx, thread, &hint).await?;
    }
    let body = EventBody::PersonProven { proof, hint };
    cx.tell(thread, &body).await?;
    // Its sockets come back as what the session is now.
    let renewed = AfterCommit::Renewed(actor.session);
    cx.news.after.push(renewed);
    let view = view(cx.env, &mut cx.tx, actor, &codes).await?;
    Ok(Ok(ProofView { proof, ..view }))
}

/// Where a code goes.
struct Contact {
    /// As it is compared.
    email: String,
    /// The session's person typed it; else it is the account's own.
    typed: bool,
}

impl Contact {
    /// What a code is known by. A typed address is part of it: the code opens nothing with another one.
    fn code(&self, secret: SessionSecret, digits: &str) -> Digest {
        if self.typed {
            code_hash(&secret.0, &format!("{digits} {}", self.email))
        } else {
            code_hash(&secret.0, digits)
        }
    }
}

/// The account's own contact, whatever is typed; else the typed one.
async fn contact(cx: &mut Cx<'_>, typed: Option<&str>) -> Result<Contact, Failure> {
    if let Some(email) = persons::own_email(&mut cx.tx, cx.actor.user).await? {
        let typed = false;
        return Ok(Contact { email, typed });
    }
    let read = MailAddress::new(typed.unwrap_or_default()).map_err(|bad| bad.at("email"))?;
    let (email, typed) = (read.folded(), true);
    Ok(Contact { email, typed })
}

/// Whoever reads the address that the seller's side gave hears that the person says to have another.
async fn tell_given(cx: &mut Cx<'_>, thread: ThreadId, hint: &str) -> Result<(), Failure> {
    let vendor = persons::vendor_name(&mut cx.tx, cx.actor.vendor)
        .await?
        .unwrap_or_default();
    let row = thread::find(&mut cx.tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let letter = Letter {
        to: cx.actor.user,
        address: None,
        // A link's session writes of its own thread alone.
        thread: Some(thread),
        kind: MailKind::AnotherAddress,
        about: cx.env.entropy.uuid(cx.now),
        values: &[
            ("name", &cx.actor.name),
            ("vendor", &vendor),
            ("title", &row.title),
            ("hint", hint),
        ],
        attachment: None,
        notice: None,
        secret: false,
    };
    mail::queue(cx.env, &mut cx.tx, cx.actor.vendor, &letter).await
}

/// The thread of a session that has something to show.
fn in_need(actor: &Actor) -> Result<ThreadId, Failure> {
    match actor.only_thread {
        Some(thread) if !actor.proof().shows_person() => Ok(thread),
        _ => Err(Code::Conflict.into()),
    }
}

async fn view(
    env: &Env,
    tx: &mut Tx,
    actor: &Actor,
    codes: &ProofCodes,
) -> Result<ProofView, Failure> {
    let waiting = codes.waiting(actor.session, env.clock.now());
    let own = persons::own_email(tx, actor.user).await?;
    let goes = mail::go_out(env);
    Ok(ProofView {
        proof: actor.proof(),
        asks_address: goes && own.is_none(),
        hint: own
            .filter(|_| goes)
            .map(|email| masked(Channel::Mail, &email)),
        code_until: waiting.map(|code| code.until()),
    })
}

fn not_sent(why: NotSent) -> Failure {
    match why {
        NotSent::TooSoon { seconds } => Problem {
            retry_after_ms: Some(seconds * 1_000),
            ..Code::TooMany.into()
        }
        .into(),
        NotSent::TooMany => Code::NoMoreCodes.into(),
    }
}
