//! The way into a call's socket: a ticket for one use.

use crate::{
    actor::Scope,
    auth,
    failure::Failure,
    live::sessions::Hold,
    store::{
        call::{
            self,
            parts::{self, Ticket},
        },
        people::sessions,
    },
    usecase::{Cx, JobCx, Reach, Runner, call::life::require_answered},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    call::Call,
    digest::Digest,
    ids::{CallId, UserId},
    people::roles::Action,
};
use orderline_protocol::{http::CallTicket, problem::Code};

/// How long a ticket opens the socket.
pub const TICKET_LIFE: SignedDuration = SignedDuration::from_secs(30);
/// Longest ticket that is looked at, in characters.
const MAX_TICKET_CHARS: usize = 100;

/// Makes out a ticket to a participant of a call that was accepted. `origin` is the asking page's: this node's
/// socket is named by it, since a node may be reached under several names and each keeps its own cookies.
pub async fn issue(
    cx: &mut Cx<'_>,
    call: CallId,
    origin: Option<&str>,
) -> Result<CallTicket, Failure> {
    let record = call::find(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    auth::authorise(
        cx.actor,
        Action::JoinCall,
        auth::relation(cx.actor, &record.people()),
    )?;
    require_answered(&record)?;
    let secret = cx.env.entropy.bytes32();
    let ticket = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = cx.now + TICKET_LIFE;
    let kept = Ticket {
        vendor: record.vendor,
        call,
        user: cx.actor.user,
        session: cx.actor.session,
        expires_at,
    };
    parts::issue_ticket(&mut cx.tx, Digest::of(&secret), &kept).await?;
    let base = match origin {
        Some(origin) if record.node == cx.env.node => origin,
        _ => record.node_url.as_str(),
    };
    Ok(CallTicket {
        url: socket_url(base),
        ticket,
        expires_at,
    })
}

/// Who comes into which call, by which session.
pub struct Redeemed {
    pub record: Call,
    pub user: UserId,
    pub hold: Hold,
}

/// Takes a ticket. Forged, used and expired ones look the same, and those whose session is over.
pub async fn redeem(run: &Runner, ticket: &str) -> Result<Redeemed, Failure> {
    if ticket.len() > MAX_TICKET_CHARS {
        return Err(Code::BadTicket.into());
    }
    let secret = URL_SAFE_NO_PAD
        .decode(ticket)
        .map_err(|_| Code::BadTicket)?;
    let hash = Digest::of(&secret);
    let taken = run.job(Reach::Nobody, |cx| take(cx, hash).boxed()).await?;
    let taken = taken.ok_or(Code::BadTicket)?;
    // Held before it is looked up: whatever ends it from now on is heard.
    let hold = run.env.sessions.hold(taken.session, taken.user);
    let hold = hold.ok_or(Code::TooMany)?;
    let scope = Scope {
        vendor: taken.vendor,
        person: Some(taken.user),
        only_thread: None,
    };
    let record = run.job(Reach::Scope(scope), |cx| enter(cx, taken).boxed());
    Ok(Redeemed {
        record: record.await?,
        user: taken.user,
        hold,
    })
}

async fn take(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<Ticket>, Failure> {
    let taken = parts::take_ticket(&mut cx.tx, hash).await?;
    Ok(taken.filter(|it| it.expires_at > cx.now))
}

async fn enter(cx: &mut JobCx<'_>, ticket: Ticket) -> Result<Call, Failure> {
    let open = sessions::open_of(&mut cx.tx, &[ticket.session], cx.now).await?;
    if open.is_empty() {
        return Err(Code::BadTicket.into());
    }
    let record = call::find(&mut cx.tx, ticket.call).await?;
    let record = record.ok_or(Code::BadTicket)?;
    require_answered(&record)?;
    Ok(record)
}

/// `http://host` → `ws://host/call`.
fn socket_url(base: &str) -> String {
    let base = base.trim_end_matches('/');
    match base.strip_prefix("http") {
        Some(rest) => format!("ws{rest}/call"),
        None => format!("{base}/call"),
    }
}
