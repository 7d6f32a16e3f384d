//! The way into a call's socket: a ticket for one use.

use super::life::CallRecord;
use crate::{
    app::App,
    auth,
    store::{
        call as calls,
        call::parts::{self, Ticket},
    },
    usecase::{Actor, Failure},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use orderline_domain::{
    call::CallState,
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
    app: &App,
    actor: &Actor,
    call: CallId,
    origin: Option<&str>,
) -> Result<CallTicket, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    let record = calls::find(&mut tx, call).await?.ok_or(Code::NotFound)?;
    auth::authorise(
        actor,
        Action::JoinCall,
        auth::relation(actor, &record.people()),
    )?;
    open_for_media(&record)?;
    let secret = app.entropy.bytes32();
    let ticket = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = app.clock.now() + TICKET_LIFE;
    let kept = Ticket {
        vendor: record.vendor,
        call,
        user: actor.user,
        expires_at,
    };
    parts::issue_ticket(&mut tx, Digest::of(&secret), &kept).await?;
    tx.commit().await?;
    let base = match origin {
        Some(origin) if record.node == app.node => origin,
        _ => record.node_url.as_str(),
    };
    Ok(CallTicket {
        url: socket_url(base),
        ticket,
        expires_at,
    })
}

/// Takes a ticket: who comes into which call. Forged, used and expired ones look the same.
pub async fn redeem(app: &App, ticket: &str) -> Result<(CallRecord, UserId), Failure> {
    if ticket.len() > MAX_TICKET_CHARS {
        return Err(Code::BadTicket.into());
    }
    let secret = URL_SAFE_NO_PAD
        .decode(ticket)
        .map_err(|_| Code::BadTicket)?;
    let mut tx = app.store.begin_unscoped().await?;
    let taken = parts::take_ticket(&mut tx, Digest::of(&secret)).await?;
    tx.commit().await?;
    let taken = taken
        .filter(|it| it.expires_at > app.clock.now())
        .ok_or(Code::BadTicket)?;
    let mut tx = app.store.begin(taken.vendor).await?;
    let record = calls::find(&mut tx, taken.call)
        .await?
        .ok_or(Code::BadTicket)?;
    open_for_media(&record)?;
    Ok((record, taken.user))
}

fn open_for_media(record: &CallRecord) -> Result<(), Failure> {
    match record.state {
        CallState::Connecting { .. }
        | CallState::Active { .. }
        | CallState::Reconnecting { .. } => Ok(()),
        CallState::Ringing { .. } => Err(Code::Conflict.into()),
        _ => Err(Code::CallOver.into()),
    }
}

/// `http://host` → `ws://host/call`.
fn socket_url(base: &str) -> String {
    let base = base.trim_end_matches('/');
    match base.strip_prefix("http") {
        Some(rest) => format!("ws{rest}/call"),
        None => format!("{base}/call"),
    }
}
