//! Either side ends the call; whoever rings takes it back.

use crate::{
    auth,
    failure::Failure,
    live::Env,
    store::{Tx, call},
    usecase::{
        Cx, JobCx,
        call::life::{By, Settled, settle},
    },
};
use orderline_domain::{
    call::{Call, CallSide},
    ids::{CallId, UserId},
    people::roles::Action,
    thread::Author,
};
use orderline_protocol::{problem::Code, socket::CommandResult};

/// Ends a running call for both sides; takes back one that still rings. The buyer who hangs up on a ring
/// declines.
pub async fn hang_up(cx: &mut Cx<'_>, call: CallId) -> Result<CommandResult, Failure> {
    let record = call::lock(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    auth::authorise(
        cx.actor,
        Action::HangUp,
        auth::relation(cx.actor, &record.people()),
    )?;
    let (side, by) = (CallSide::of(cx.actor.role), By::of(cx));
    let settled = end(cx.env, &mut cx.tx, &record, side, by).await?;
    Ok(settled.answer(&mut cx.news))
}

/// Hangs up from the call's own socket. A call that is over stays as it is.
pub async fn hang_up_in_call(
    cx: &mut JobCx<'_>,
    call: CallId,
    user: UserId,
) -> Result<Option<Call>, Failure> {
    let Some(record) = call::lock(&mut cx.tx, call).await? else {
        return Ok(None);
    };
    let (_, person) = record.party(user).ok_or(Code::NotFound)?;
    let role = person.role;
    if !record.state.is_live() {
        return Ok(Some(record));
    }
    let author = Author::User { user, role };
    let by = By {
        author,
        command: None,
        session: None,
    };
    let side = CallSide::of(role);
    let settled = end(cx.env, &mut cx.tx, &record, side, by).await?;
    Ok(Some(settled.told(&mut cx.news)))
}

async fn end(
    env: &Env,
    tx: &mut Tx,
    record: &Call,
    side: CallSide,
    by: By,
) -> Result<Settled, Failure> {
    let now = env.clock.pair(env.node);
    let next = record.state.clone().hang_up(side, now);
    let state = next.map_err(|_| Code::CallOver)?;
    settle(env, tx, record, state, by).await
}
