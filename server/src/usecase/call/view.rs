//! A call as people see it.

use orderline_domain::call::{
    Call, CallState,
    hand_over::{SellerSide, WhyRefused, asked_until},
};
use orderline_protocol::{
    call::{CallPhase, CallView, SellersView},
    hand_over::{HandOverState, HandOverView},
};

/// The call as both sides see it.
pub fn view(call: &Call) -> CallView {
    let ended = call.state.ended();
    CallView {
        call: call.call,
        thread: call.thread,
        phase: phase(&call.state),
        version: call.version,
        caller: (&call.caller).into(),
        callee: (&call.callee).into(),
        ringing_since: call.ringing_since,
        rings_until: call.rings_until,
        started_at: call.state.started_at(),
        ended_at: call.state.ended_at(),
        duration_ms: ended.map(|it| i64::try_from(it.duration_ms).unwrap_or(i64::MAX)),
        end_reason: ended.map(|it| it.reason),
        mode: call.mode.into(),
        notice: (&call.notice).into(),
        recording_since: call.recording_since,
        sellers: sellers(call),
    }
}

/// Who speaks for the seller, once that is not just the one who called.
fn sellers(call: &Call) -> Option<SellersView> {
    let come = call.come().map(|(_, person)| person);
    (come.is_some() || call.seller.user != call.caller.user).then(|| SellersView {
        seller: (&call.seller).into(),
        colleague: come.map(Into::into),
    })
}

/// The hand-over that was asked for last, for the two whom it concerns.
pub fn hand_over(call: &Call) -> Option<HandOverView> {
    let (since, note, state) = match &call.side {
        SellerSide::Alone { last: None, .. } => return None,
        SellerSide::Alone {
            last: Some(last), ..
        } => (last.since, None, refused(&last.why)),
        SellerSide::Asked { since, note, .. } => (*since, note.as_ref(), HandOverState::Asked),
        SellerSide::Both { since, .. } => (*since, None, HandOverState::Accepted),
    };
    Some(HandOverView {
        call: call.call,
        thread: call.thread,
        title: call.title.clone(),
        recorded: call.mode.recording().is_some(),
        version: call.version,
        from: (&call.seller).into(),
        to: call.colleague.as_ref()?.into(),
        buyer: call.buyer().into(),
        note: note.map(|note| note.as_str().to_owned()),
        since,
        until: asked_until(since),
        state,
    })
}

fn refused(why: &WhyRefused) -> HandOverState {
    match why {
        WhyRefused::Declined { reason } => HandOverState::Declined {
            reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
        },
        WhyRefused::NoAnswer => HandOverState::NoAnswer,
        WhyRefused::Withdrawn => HandOverState::Withdrawn,
        WhyRefused::LineLost => HandOverState::LineLost,
        WhyRefused::CallOver => HandOverState::CallOver,
    }
}

const fn phase(state: &CallState) -> CallPhase {
    match state {
        CallState::Ringing { .. } => CallPhase::Ringing,
        CallState::Declined { .. } => CallPhase::Declined,
        CallState::Busy { .. } => CallPhase::Busy,
        CallState::NoAnswer { .. } => CallPhase::NoAnswer,
        CallState::Cancelled { .. } => CallPhase::Cancelled,
        CallState::Connecting { .. } => CallPhase::Connecting,
        CallState::Active { .. } => CallPhase::Active,
        CallState::Reconnecting { .. } => CallPhase::Reconnecting,
        CallState::Ended(_) => CallPhase::Ended,
    }
}
