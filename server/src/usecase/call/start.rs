//! The seller rings the buyer.

use crate::{
    auth,
    failure::Failure,
    store::{
        call::{self, NewCall, parts},
        thread,
    },
    usecase::{
        Cx,
        call::{
            life::{By, Settled, settle},
            rules,
        },
        mail,
        policy::in_force,
    },
};
use jiff::SignedDuration;
use orderline_domain::{
    call::{CallState, RING_SECONDS, mode::CallMode},
    ids::{CallId, ParticipantId, ThreadId},
    people::{roles::Action, side::Side},
};
use orderline_protocol::{
    problem::{Code, Problem},
    socket::CommandResult,
};

/// How long a node's calls are believed to live without word from it.
pub const LEASE: SignedDuration = SignedDuration::from_secs(6);

/// Rings the buyer of this thread (B2, CU1). One live call holds a thread; a buyer who talks elsewhere is busy,
/// and the call is over before it rang.
pub async fn start_call(cx: &mut Cx<'_>, thread: ThreadId) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::StartCall, thread).await?;
    if cx.env.health.is_draining() {
        return Err(Code::Restarting.into());
    }
    rules::allow_call(&mut cx.tx, thread).await?;
    let people = thread::participants(&mut cx.tx, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let callee = people
        .iter()
        .find(|person| person.side() == Side::Buyer)
        .ok_or(Code::NotFound)?;
    let notice = in_force::notice(&mut cx.tx, thread, callee.user).await?;
    let call = CallId::from_uuid(cx.env.entropy.uuid(cx.now));
    let new = NewCall {
        call,
        vendor: cx.actor.vendor,
        thread,
        state: CallState::ring(cx.now),
        mode: CallMode::at_ring(notice.when, cx.now),
        caller: cx.actor.user,
        callee: callee.user,
        ringing_since: cx.now,
        rings_until: cx.now + SignedDuration::from_secs(i64::from(RING_SECONDS)),
        node: cx.env.node,
        node_url: &cx.env.node_url,
        lease_until: cx.now + LEASE,
        notice: &notice,
    };
    if !call::insert(&mut cx.tx, &new).await? {
        return Err(in_progress(cx, thread).await);
    }
    let vendor = cx.actor.vendor;
    if !call::take_in(&mut cx.tx, vendor, call, cx.actor.user).await? {
        return Err(Code::CallInProgress.into());
    }
    let busy = !call::take_in(&mut cx.tx, vendor, call, callee.user).await?;
    let record = call::find(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    for (seat, person) in record.seats() {
        let id = ParticipantId::from_uuid(cx.env.entropy.uuid(cx.now));
        parts::seat(&mut cx.tx, &record, id, person.user, seat).await?;
    }
    let settled = if busy {
        let state = record
            .state
            .clone()
            .busy(cx.now)
            .map_err(|_| Code::Conflict)?;
        settle(cx.env, &mut cx.tx, &record, state, By::SYSTEM).await?
    } else {
        mail::call_rings(cx, &record).await?;
        Settled {
            people: record.people(),
            record,
            events: Vec::new(),
            signals: Vec::new(),
        }
    };
    Ok(settled.answer(&mut cx.news))
}

/// Two calls that begin at once: the index lets one of them in. A colleague's call is named, so that the second
/// seller knows who talks here.
async fn in_progress(cx: &mut Cx<'_>, thread: ThreadId) -> Failure {
    match call::live_of_threads(&mut cx.tx, &[thread]).await {
        Ok(mut live) => match live.pop() {
            Some(live) if live.caller.user != cx.actor.user => {
                Problem::naming(Code::ColleagueCalls, "name", &live.caller.name).into()
            }
            _ => Code::CallInProgress.into(),
        },
        Err(error) => error.into(),
    }
}
