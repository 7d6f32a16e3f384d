//! The buyer accepts or declines.

use super::{
    Cx, Failure, Outcome, call_request,
    calls::{By, CallRecord, settle},
    recording_policy,
    words::complaint,
};
use crate::{
    auth,
    blob::{self, KeyOwner},
    store::{
        call_parts, calls,
        events::{NewEvent, append_event},
        recordings::{self, NewRecording},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    call::{CallState, DeclineReason},
    consent::ConsentDecision,
    ids::{CallId, RecordingId, SpanId},
    roles::Action,
    thread::EventBody,
};
use orderline_protocol::{problem::Code, socket::Answer};

/// Answers a ringing call. The first answer counts, whichever device it comes from.
pub async fn answer_call(
    cx: &mut Cx<'_>,
    call: CallId,
    answer: &Answer,
) -> Result<Outcome, Failure> {
    let record = calls::lock(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    let relation = auth::relation(cx.actor, &record.people());
    auth::authorise(cx.actor, Action::AnswerCall, relation)?;
    match record.state {
        CallState::Ringing { .. } => {}
        CallState::Cancelled { .. } | CallState::NoAnswer { .. } | CallState::Busy { .. } => {
            return Err(Code::CallOver.into());
        }
        CallState::Ended(_) if record.answered_by == Some(cx.actor.session) => {
            return Err(Code::CallOver.into());
        }
        _ => return Err(Code::AnsweredElsewhere.into()),
    }
    match answer {
        Answer::Accept {
            wording_hash,
            language,
        } => {
            let (Some(wording_hash), Some(language)) = (wording_hash, language) else {
                return Err(Code::OnlyRecorded.into());
            };
            accept(cx, &record, wording_hash, language).await
        }
        Answer::Decline { reason, call_at } => {
            decline(cx, &record, reason.as_deref(), *call_at).await
        }
    }
}

/// Accepts: the buyer agrees to be recorded under exactly the wording that was shown (CC: consent), and the
/// recording gets a key of its own.
async fn accept(
    cx: &mut Cx<'_>,
    record: &CallRecord,
    wording_hash: &str,
    language: &str,
) -> Result<Outcome, Failure> {
    auth::authorise(
        cx.actor,
        Action::DecideConsent,
        auth::relation(cx.actor, &record.people()),
    )?;
    if wording_hash != record.notice.wording_hash || language != record.notice.language {
        return Err(Code::Conflict.into());
    }
    let state = record
        .state
        .clone()
        .accept(cx.now)
        .map_err(|_| Code::Conflict)?;
    let recording = RecordingId::from_uuid(cx.app.entropy.uuid(cx.now));
    let key = blob::new_recording_key()?;
    let owner = KeyOwner {
        vendor: record.vendor,
        recording,
    };
    let wrapped = cx.app.keys.master.wrap(&key, owner)?;
    let new = NewRecording {
        recording,
        vendor: record.vendor,
        call: record.call,
        thread: record.thread,
        wrapped_key: wrapped.as_bytes(),
        at: cx.now,
    };
    recordings::open(&mut cx.tx, &new).await?;
    let span = SpanId::from_uuid(cx.app.entropy.uuid(cx.now));
    call_parts::open_span(&mut cx.tx, record, span, cx.now).await?;
    let by = by(cx);
    let mut settled = settle(cx.app, &mut cx.tx, record, state, by).await?;
    settled.record.recording = Some(recording);
    let body = EventBody::ConsentGiven {
        call: record.call,
        policy: recording_policy::reference(&record.notice),
        decision: ConsentDecision::Accepted,
    };
    let event = NewEvent {
        thread: record.thread,
        author: cx.actor.author(),
        command: Some(cx.command),
        at: cx.now,
        salt: cx.app.entropy.bytes32(),
        body: &body,
    };
    settled.events.push(append_event(&mut cx.tx, event).await?);
    Ok(settled.outcome())
}

async fn decline(
    cx: &mut Cx<'_>,
    record: &CallRecord,
    reason: Option<&str>,
    call_at: Option<Timestamp>,
) -> Result<Outcome, Failure> {
    let reason = reason
        .map(str::trim)
        .filter(|reason| !reason.is_empty())
        .map(DeclineReason::new)
        .transpose()
        .map_err(|bad| complaint("answer.reason", bad))?;
    let call_at = call_at
        .map(|at| call_request::moment("answer.call_at", at, cx.now))
        .transpose()?;
    let state = record
        .state
        .clone()
        .decline(reason.clone(), call_at, cx.now)
        .map_err(|_| Code::Conflict)?;
    let by = by(cx);
    let settled = settle(cx.app, &mut cx.tx, record, state, by).await?;
    let mut outcome = settled.outcome();
    if let Some(at) = call_at {
        let news = call_request::wish_instead(cx, record, at, reason.as_ref()).await?;
        outcome.signals.push(news);
    }
    Ok(outcome)
}

fn by(cx: &Cx<'_>) -> By {
    By {
        author: cx.actor.author(),
        command: Some(cx.command),
        session: Some(cx.actor.session),
    }
}
