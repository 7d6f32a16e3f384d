//! The buyer accepts or declines.

use crate::{
    auth,
    failure::Failure,
    store::call::{self, Next},
    usecase::{
        Cx,
        call::life::{By, settle, settle_to, unchanged},
        follow_up::call_request,
        recording::consent::{self, Read},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    call::{Call, TooLate, mode::CallMode},
    ids::CallId,
    people::roles::Action,
    policy::consent::ConsentDecision,
    text::{self, DeclineReason},
};
use orderline_protocol::{
    problem::Code,
    socket::{Answer, CommandResult},
};

/// Answers a ringing call. The first answer counts, whichever device it comes from.
pub async fn answer_call(
    cx: &mut Cx<'_>,
    call: CallId,
    answer: &Answer,
) -> Result<CommandResult, Failure> {
    let record = call::lock(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    let relation = auth::relation(cx.actor, &record.people());
    auth::authorise(cx.actor, Action::AnswerCall, relation)?;
    record
        .require_ringing(cx.actor.session)
        .map_err(|why| match why {
            TooLate::Over => Code::CallOver,
            TooLate::AnsweredElsewhere => Code::AnsweredElsewhere,
        })?;
    match answer {
        Answer::Accept {
            wording_hash,
            language,
        } => {
            let read = wording_hash.as_deref().zip(language.as_deref());
            let read = read.map(|(wording_hash, language)| Read {
                wording_hash,
                language,
            });
            accept(cx, &record, read).await
        }
        Answer::Decline { reason, call_at } => {
            decline(cx, &record, reason.as_deref(), *call_at).await
        }
    }
}

/// Accepts. A call that is recorded from its first second needs the buyer's word on that: agreed to under exactly
/// the wording that was shown, or, where the policy leaves it open, refused.
async fn accept(
    cx: &mut Cx<'_>,
    record: &Call,
    read: Option<Read<'_>>,
) -> Result<CommandResult, Failure> {
    let state = record
        .state
        .clone()
        .accept(cx.now)
        .map_err(|_| Code::Conflict)?;
    let (mode, decision) = match (record.mode, read) {
        (CallMode::Asked { .. }, Some(read)) => {
            let mode = consent::accept(cx, record, read).await?;
            (mode, Some(ConsentDecision::Accepted))
        }
        (mode, _) => {
            let next = mode.answer_unrecorded(record.notice.may_refuse);
            let next = next.map_err(consent::refused)?;
            (next, (next != mode).then_some(ConsentDecision::Declined))
        }
    };
    let by = by(cx);
    let next = Next {
        state,
        mode,
        answered_by: by.session,
        ..unchanged(record)
    };
    let settled = settle_to(cx.env, &mut cx.tx, record, next, by).await?;
    let answer = settled.answer(&mut cx.news);
    if let Some(decision) = decision {
        consent::say(cx, record, decision).await?;
    }
    Ok(answer)
}

async fn decline(
    cx: &mut Cx<'_>,
    record: &Call,
    reason: Option<&str>,
    call_at: Option<Timestamp>,
) -> Result<CommandResult, Failure> {
    let reason = text::optional("answer.reason", reason, DeclineReason::new)?;
    let call_at = call_at
        .map(|at| call_request::moment("answer.call_at", at, cx.now))
        .transpose()?;
    let state = record
        .state
        .clone()
        .decline(reason.clone(), call_at, cx.now)
        .map_err(|_| Code::Conflict)?;
    let by = by(cx);
    let settled = settle(cx.env, &mut cx.tx, record, state, by).await?;
    let answer = settled.answer(&mut cx.news);
    if let Some(at) = call_at {
        call_request::wish_instead(cx, record, at, reason.as_ref()).await?;
    }
    Ok(answer)
}

/// The answer holds for the session that gave it.
fn by(cx: &Cx<'_>) -> By {
    By {
        session: Some(cx.actor.session),
        ..By::of(cx)
    }
}
