//! The contract talk: from private to recorded and back, while the call runs. The mode is saved here; the call's
//! own task moves the media after it.

use crate::{
    auth,
    failure::Failure,
    store::call::{self, Next, parts},
    usecase::{
        Cx,
        call::life::{By, require_answered, settle_to, unchanged},
        recording::{
            consent::{self, Read, refused},
            live,
        },
    },
};
use orderline_domain::{
    call::{
        Call, CallSide,
        mode::{CallMode, TalkAction},
    },
    ids::CallId,
    policy::consent::ConsentDecision,
    thread::EventBody,
};
use orderline_protocol::{
    problem::Code,
    socket::{CommandResult, TalkStep},
};

/// Takes a step of the contract talk. The row is locked, so that two steps at once come one after the other.
pub async fn contract_talk(
    cx: &mut Cx<'_>,
    call: CallId,
    step: &TalkStep,
) -> Result<CommandResult, Failure> {
    let record = call::lock(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    let relation = auth::relation(cx.actor, &record.people());
    auth::authorise(cx.actor, action(step).for_role(cx.actor.role), relation)?;
    require_answered(&record)?;
    let mode = match step {
        TalkStep::Ask => record.mode.ask(record.notice.when, cx.now),
        TalkStep::Withdraw => record.mode.withdraw(),
        TalkStep::Refuse => record.mode.refuse(),
        TalkStep::Stop => record.mode.stop(),
        TalkStep::Accept {
            wording_hash,
            language,
        } => {
            let read = Read {
                wording_hash,
                language,
            };
            Ok(consent::accept(cx, &record, read).await?)
        }
    }
    .map_err(refused)?;
    match step {
        TalkStep::Ask | TalkStep::Withdraw => {}
        TalkStep::Accept { .. } => {
            consent::say(cx, &record, ConsentDecision::Accepted).await?;
        }
        TalkStep::Refuse => {
            consent::say(cx, &record, ConsentDecision::Declined).await?;
        }
        TalkStep::Stop => stopped(cx, &record).await?,
    }
    save(cx, &record, mode).await
}

/// The recording is closed: nothing that is said from now on goes into it.
async fn stopped(cx: &mut Cx<'_>, record: &Call) -> Result<(), Failure> {
    let Some(recording) = record.mode.recording() else {
        return Ok(());
    };
    live::close(cx.env, &mut cx.tx, recording).await?;
    parts::close_span(&mut cx.tx, record.call, cx.now).await?;
    let by = CallSide::of(cx.actor.role);
    if by == CallSide::Buyer {
        consent::say(cx, record, ConsentDecision::Withdrawn).await?;
    }
    let body = EventBody::RecordingEnded {
        call: record.call,
        recording,
        by: Some(by),
        at: cx.now,
    };
    cx.tell(record.thread, &body).await?;
    Ok(())
}

async fn save(cx: &mut Cx<'_>, record: &Call, mode: CallMode) -> Result<CommandResult, Failure> {
    let next = Next {
        mode,
        ..unchanged(record)
    };
    let by = By::of(cx);
    let settled = settle_to(cx.env, &mut cx.tx, record, next, by).await?;
    Ok(settled.answer(&mut cx.news))
}

const fn action(step: &TalkStep) -> TalkAction {
    match step {
        TalkStep::Ask => TalkAction::Ask,
        TalkStep::Withdraw => TalkAction::Withdraw,
        TalkStep::Accept { .. } => TalkAction::Accept,
        TalkStep::Refuse => TalkAction::Refuse,
        TalkStep::Stop => TalkAction::Stop,
    }
}
