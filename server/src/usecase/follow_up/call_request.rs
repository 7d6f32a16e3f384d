//! The buyer asks for a call; the seller names a time or refuses; the buyer takes the wish back (CU3).

use crate::{
    auth,
    failure::Failure,
    live::{Env, hub::Audience},
    store::{
        StoreError, Tx, call,
        follow_up::call_requests::{self, NewRequest, ONE_LIVE_PER_THREAD},
        thread,
    },
    usecase::{
        Cx,
        call::{rules, standing},
        follow_up::call_backs,
    },
};
use jiff::Timestamp;
use orderline_domain::{
    call::Call,
    field::FieldError,
    follow_up::{
        call_back::CallBackReason,
        call_request::{CallRequest, CallRequestState, CallWish, RequestAnswer, check_moment},
        refusal::Refusal,
    },
    ids::{CallRequestId, ThreadId},
    people::roles::Action,
    text::{self, CallNote, DeclineReason},
    thread::EventBody,
};
use orderline_protocol::{
    calling::RequestReply,
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// Asks for a call. While a wish waits or a call lives there is nothing to ask for; a planned one is replaced.
pub async fn request_call(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    at: Option<Timestamp>,
    note: Option<&str>,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::RequestCall, thread).await?;
    rules::allow_call(&mut cx.tx, thread).await?;
    let wish = wish("wish", at, note, cx.now)?;
    if !call::live_of_threads(&mut cx.tx, &[thread])
        .await?
        .is_empty()
    {
        return Err(Code::CallInProgress.into());
    }
    if let Some(waiting) = live(&mut cx.tx, thread).await? {
        if waiting.state == CallRequestState::Open {
            return Err(Code::CallRequested.into());
        }
        withdraw(&mut cx.tx, waiting, cx.now).await?;
    }
    let request = write(cx, thread, &wish).await?;
    call_backs::asked_for(cx, thread, CallBackReason::Requested, wish.at).await?;
    let body = EventBody::CallRequested {
        request,
        wish: wish.at,
        note: wish.note,
    };
    standing::tell(cx, thread, &body).await
}

/// Answers a wish: the seller names a time or refuses, the buyer takes it back.
pub async fn answer_call_request(
    cx: &mut Cx<'_>,
    request: CallRequestId,
    reply: &RequestReply,
) -> Result<CommandResult, Failure> {
    let record = call_requests::lock(&mut cx.tx, request)
        .await?
        .ok_or(Code::NotFound)?;
    let action = match reply {
        RequestReply::Plan { .. } | RequestReply::Refuse { .. } => Action::AnswerCallRequest,
        RequestReply::Withdraw => Action::RequestCall,
    };
    auth::authorise_in_thread(&mut cx.tx, cx.actor, action, record.thread).await?;
    let before = record.state.clone();
    let (state, answer) = match reply {
        RequestReply::Plan { at } => {
            let at = moment("reply.at", *at, cx.now)?;
            (before.plan(at, cx.now), RequestAnswer::Planned { at })
        }
        RequestReply::Refuse { because, reason } => {
            let refusal = Refusal::new("reply.reason", *because, reason.as_deref())?;
            let answer = RequestAnswer::Refused(refusal.clone());
            (before.refuse(refusal, cx.now), answer)
        }
        RequestReply::Withdraw => (before.withdraw(cx.now), RequestAnswer::Withdrawn),
    };
    let state = state.map_err(|_| Code::Conflict)?;
    save(&mut cx.tx, &record, &state).await?;
    match &answer {
        RequestAnswer::Planned { at } => {
            call_backs::asked_for(cx, record.thread, CallBackReason::Requested, Some(*at)).await?;
        }
        RequestAnswer::Refused(_) | RequestAnswer::Withdrawn => {
            call_backs::unasked(cx, record.thread).await?;
        }
    }
    let body = EventBody::CallRequestAnswered { request, answer };
    standing::tell(cx, record.thread, &body).await
}

/// The buyer declined a call and named another time: that is a wish too, in place of one that waited.
pub async fn wish_instead(
    cx: &mut Cx<'_>,
    call: &Call,
    at: Timestamp,
    reason: Option<&DeclineReason>,
) -> Result<(), Failure> {
    if let Some(waiting) = live(&mut cx.tx, call.thread).await? {
        withdraw(&mut cx.tx, waiting, cx.now).await?;
    }
    let note = reason.and_then(|reason| CallNote::new(reason.as_str()).ok());
    let wish = CallWish { at: Some(at), note };
    write(cx, call.thread, &wish).await?;
    call_backs::asked_for(cx, call.thread, CallBackReason::Declined, Some(at)).await?;
    let signal = news(&mut cx.tx, call.thread).await?;
    cx.news.signals.push(signal);
    Ok(())
}

/// The buyer took a call: a wish that waited in its thread came true.
pub async fn came_true(
    env: &Env,
    tx: &mut Tx,
    call: &Call,
) -> Result<Option<(Audience, ServerSignal)>, Failure> {
    let Some(waiting) = live(tx, call.thread).await? else {
        return Ok(None);
    };
    let state = waiting
        .state
        .clone()
        .called(call.call, env.clock.now())
        .map_err(|_| Code::Conflict)?;
    save(tx, &waiting, &state).await?;
    news(tx, call.thread).await.map(Some)
}

/// Checks a moment that somebody typed.
pub fn moment(field: &'static str, at: Timestamp, now: Timestamp) -> Result<Timestamp, FieldError> {
    check_moment(at, now).map_err(|bad| bad.at(field))
}

fn wish(
    field: &'static str,
    at: Option<Timestamp>,
    note: Option<&str>,
    now: Timestamp,
) -> Result<CallWish, FieldError> {
    let at = at.map(|at| moment(field, at, now)).transpose()?;
    let note = text::optional("note", note, CallNote::new)?;
    Ok(CallWish { at, note })
}

async fn live(tx: &mut Tx, thread: ThreadId) -> Result<Option<CallRequest>, Failure> {
    let waiting = call_requests::live_of_threads(tx, &[thread]).await?.pop();
    match waiting {
        Some(waiting) => Ok(call_requests::lock(tx, waiting.request)
            .await?
            .filter(|record| record.state.is_live())),
        None => Ok(None),
    }
}

async fn withdraw(tx: &mut Tx, record: CallRequest, now: Timestamp) -> Result<(), Failure> {
    let state = record
        .state
        .clone()
        .withdraw(now)
        .map_err(|_| Code::Conflict)?;
    save(tx, &record, &state).await
}

async fn save(tx: &mut Tx, record: &CallRequest, state: &CallRequestState) -> Result<(), Failure> {
    if call_requests::save(tx, record, state).await? {
        Ok(())
    } else {
        Err(Code::Conflict.into())
    }
}

async fn write(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    wish: &CallWish,
) -> Result<CallRequestId, Failure> {
    let request = CallRequestId::from_uuid(cx.env.entropy.uuid(cx.now));
    let new = NewRequest {
        request,
        vendor: cx.actor.vendor,
        thread,
        by: cx.actor.user,
        at: cx.now,
        wish,
    };
    call_requests::insert(&mut cx.tx, &new)
        .await
        .map_err(already_asked)?;
    Ok(request)
}

/// Two wishes at the same moment: the index lets one of them in.
fn already_asked(error: StoreError) -> Failure {
    if error.is_constraint(ONE_LIVE_PER_THREAD) {
        Code::CallRequested.into()
    } else {
        error.into()
    }
}

async fn news(tx: &mut Tx, thread: ThreadId) -> Result<(Audience, ServerSignal), Failure> {
    let people = thread::standings(tx, &[thread]).await?.pop();
    let people = people.ok_or(Code::NotFound)?.people;
    standing::news(tx, thread, &people).await
}
