//! The calls that a seller has still to make (X13): gathered from what happened in the threads, put off or crossed
//! off by hand, done when the two speak.

use crate::{
    auth,
    failure::Failure,
    live::{Env, hub::Audience},
    page,
    store::{
        Tx,
        follow_up::call_backs::{self, NewCallBack, Stored},
        thread,
    },
    usecase::{Cx, Query},
};
use jiff::Timestamp;
use orderline_domain::{
    call::{Call, CallState},
    field::{FieldError, code},
    follow_up::{
        call_back::{BadStep, CallBack, CallBackReason, Done as How},
        outcome::Outcome,
    },
    ids::{CallBackId, ThreadId, UserId, VendorId},
    people::{
        roles::{Action, Relation},
        side::Side,
    },
};
use orderline_protocol::{
    around::{CallBackList, CallBackStep},
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// What is still to be done in the actor's threads.
pub async fn list(query: &mut Query<'_>, wanted: &page::Wanted) -> Result<CallBackList, Failure> {
    auth::authorise(query.actor, Action::KeepCallBacks, Relation::Own)?;
    let open = call_backs::open_of_user(&mut query.tx, query.actor.user, wanted).await?;
    Ok(open.page(Into::into))
}

/// Puts an entry off or crosses it off, as it stood at `version`.
pub async fn keep(
    cx: &mut Cx<'_>,
    call_back: CallBackId,
    version: i64,
    step: CallBackStep,
) -> Result<CommandResult, Failure> {
    let stored = call_backs::find(&mut cx.tx, call_back)
        .await?
        .ok_or(Code::NotFound)?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::KeepCallBacks, stored.thread).await?;
    if stored.version != version {
        return Err(Code::Conflict.into());
    }
    let held = match step {
        CallBackStep::CrossOff => stored.held.finish(How::CrossedOff, cx.now),
        CallBackStep::PutOff { until } => stored.held.put_off(until, cx.now),
    };
    save(cx, &stored, held.map_err(bad_step)?).await?;
    let signal = news(&mut cx.tx, stored.thread).await?;
    cx.news.signals.push(signal);
    Ok(CommandResult::Saved {
        version: stored.version + 1,
    })
}

async fn save(cx: &mut Cx<'_>, stored: &Stored, held: CallBack) -> Result<(), Failure> {
    if call_backs::save(&mut cx.tx, stored, held).await? {
        Ok(())
    } else {
        Err(Code::Conflict.into())
    }
}

fn bad_step(bad: BadStep) -> Failure {
    match bad {
        BadStep::Done => Code::Conflict.into(),
        BadStep::Past => FieldError::new("until", code::PAST).into(),
        BadStep::TooFar => FieldError::new("until", code::TOO_FAR).into(),
    }
}

/// Somebody is to be called.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub vendor: VendorId,
    pub thread: ThreadId,
    pub reason: CallBackReason,
    pub due_at: Timestamp,
}

/// Puts a call on the list; an entry of this reason that is open takes the new time.
pub async fn want(env: &Env, tx: &mut Tx, wanted: Wanted) -> Result<(), Failure> {
    let now = env.clock.now();
    let new = NewCallBack {
        call_back: CallBackId::from_uuid(env.entropy.uuid(now)),
        vendor: wanted.vendor,
        thread: wanted.thread,
        held: CallBack::open(wanted.reason, wanted.due_at),
        at: now,
    };
    Ok(call_backs::open(tx, &new).await?)
}

/// Takes a call off the list because what it came from is settled.
pub async fn settled(
    env: &Env,
    tx: &mut Tx,
    thread: ThreadId,
    reason: CallBackReason,
) -> Result<(), Failure> {
    let now = env.clock.now();
    Ok(call_backs::finish_open(tx, thread, Some(reason), How::Settled, now).await?)
}

/// The buyer asks to be called, at once or then; the newest wish is the one that counts.
pub async fn asked_for(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    reason: CallBackReason,
    at: Option<Timestamp>,
) -> Result<(), Failure> {
    unasked(cx, thread).await?;
    let wanted = Wanted {
        vendor: cx.actor.vendor,
        thread,
        reason,
        due_at: at.unwrap_or(cx.now),
    };
    want(cx.env, &mut cx.tx, wanted).await
}

/// The buyer's wish to be called was refused or taken back.
pub async fn unasked(cx: &mut Cx<'_>, thread: ThreadId) -> Result<(), Failure> {
    for reason in [CallBackReason::Requested, CallBackReason::Declined] {
        settled(cx.env, &mut cx.tx, thread, reason).await?;
    }
    Ok(())
}

/// What a step of a call means for the list: a missed one is to be made again, and once the two speak nothing of
/// their thread waits.
pub async fn after_step(
    env: &Env,
    tx: &mut Tx,
    from: &Call,
    state: &CallState,
) -> Result<(), Failure> {
    match state {
        CallState::NoAnswer { at } | CallState::Busy { at } => {
            let wanted = Wanted {
                vendor: from.vendor,
                thread: from.thread,
                reason: CallBackReason::Missed,
                due_at: *at,
            };
            want(env, tx, wanted).await
        }
        CallState::Active { .. } if matches!(from.state, CallState::Connecting { .. }) => {
            let now = env.clock.now();
            Ok(call_backs::finish_open(tx, from.thread, None, How::Called, now).await?)
        }
        _ => Ok(()),
    }
}

/// What a seller's note after a call means for the list.
pub async fn after_outcome(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    outcome: Outcome,
) -> Result<(Audience, ServerSignal), Failure> {
    match outcome.call_again() {
        Some(due_at) => {
            let wanted = Wanted {
                vendor: cx.actor.vendor,
                thread,
                reason: CallBackReason::CallAgain,
                due_at,
            };
            want(cx.env, &mut cx.tx, wanted).await?;
        }
        None => settled(cx.env, &mut cx.tx, thread, CallBackReason::CallAgain).await?,
    }
    news(&mut cx.tx, thread).await
}

/// Tells the sellers of a thread that their list has changed.
pub async fn news(tx: &mut Tx, thread: ThreadId) -> Result<(Audience, ServerSignal), Failure> {
    let people = thread::participants(tx, thread).await?.unwrap_or_default();
    let sellers: Vec<UserId> = people
        .into_iter()
        .filter(|person| person.side() == Side::Seller)
        .map(|person| person.user)
        .collect();
    let audience = Audience {
        vendor: tx.vendor(),
        ..Audience::everywhere(sellers)
    };
    Ok((audience, ServerSignal::CallBacks))
}
