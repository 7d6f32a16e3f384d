//! Whoever came by a link to a contact that the seller's side gave shows who they are: a code goes to the account's
//! own contact and is entered in the page. From then on the session may do what binds.

use crate::{
    actor::Actor,
    failure::Failure,
    live::Env,
    store::{
        Tx,
        people::{persons, proof_codes, sessions},
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
    field::{FieldError, code},
    ids::ThreadId,
    outward::Way,
    people::{
        one_time_code::{Entered, NotSent, ProofCodes, code_hash, digits, typed},
        proof::Proof,
    },
    thread::{
        EventBody,
        join_link::{Channel, masked},
    },
};
use orderline_protocol::{
    http::ProofView,
    problem::{Code, Problem},
};

/// What such a session becomes.
const PROVEN: Proof = Proof::CodeToOwnContact {
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

/// Sends a code to the account's own contact.
pub async fn send_code(cx: &mut Cx<'_>, secret: SessionSecret) -> Result<ProofView, Failure> {
    let actor = cx.actor;
    let thread = in_need(actor)?;
    if !mail::go_out(cx.env) {
        return Err(Code::ChannelMissing.into());
    }
    let code = digits(cx.env.entropy.bytes32());
    let codes = proof_codes::lock(&mut cx.tx, actor.user)
        .await?
        .send(actor.session, code_hash(&secret.0, &code), cx.now)
        .map_err(not_sent)?;
    proof_codes::save(&mut cx.tx, actor.user, &codes).await?;
    let to = persons::own_email(&mut cx.tx, actor.user)
        .await?
        .ok_or(Code::ChannelMissing)?;
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
    code: &str,
) -> Result<ProofView, Failure> {
    let code = typed(code).ok_or_else(|| FieldError::new("code", code::INVALID))?;
    let entered = run.act(actor, |cx| entered(cx, secret, &code).boxed());
    Ok(entered.await??)
}

/// The inner error is kept: a wrong code was counted.
async fn entered(
    cx: &mut Cx<'_>,
    secret: SessionSecret,
    code: &str,
) -> Result<Result<ProofView, Problem>, Failure> {
    let actor = cx.actor;
    let thread = in_need(actor)?;
    let (codes, entered) = proof_codes::lock(&mut cx.tx, actor.user).await?.enter(
        actor.session,
        code_hash(&secret.0, code),
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
    if !sessions::prove(&mut cx.tx, actor.session, PROVEN).await? {
        return Err(Code::SignInNeeded.into());
    }
    let body = EventBody::PersonProven {
        proof: PROVEN,
        hint: hint(&mut cx.tx, actor).await?.unwrap_or_default(),
    };
    cx.tell(thread, &body).await?;
    // Its sockets come back as what the session is now.
    let renewed = AfterCommit::Renewed(actor.session);
    cx.news.after.push(renewed);
    let view = view(cx.env, &mut cx.tx, actor, &codes).await?;
    Ok(Ok(ProofView {
        proof: PROVEN,
        ..view
    }))
}

/// The thread of a session that has something to show.
fn in_need(actor: &Actor) -> Result<ThreadId, Failure> {
    match actor.only_thread {
        Some(thread) if !actor.proof.shows_person() => Ok(thread),
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
    Ok(ProofView {
        proof: actor.proof,
        hint: if mail::go_out(env) {
            hint(tx, actor).await?
        } else {
            None
        },
        code_until: waiting.map(|code| code.until()),
    })
}

async fn hint(tx: &mut Tx, actor: &Actor) -> Result<Option<String>, Failure> {
    let email = persons::own_email(tx, actor.user).await?;
    Ok(email.map(|email| masked(Channel::Mail, &email)))
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
