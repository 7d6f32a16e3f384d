//! The steps of a call: loaded under its row's lock, taken by the domain's rules, saved guarded, told to the
//! thread and to both people.

use crate::{
    failure::Failure,
    live::{Env, hub::Audience},
    store::{
        Tx,
        call::{self, Next, parts},
        thread::events::{NewEvent, Published, append_event},
    },
    usecase::{
        AfterCommit, Cx, JobCx, News, Query,
        call::{sellers, standing},
        contact_gate,
        follow_up::{call_backs, call_request},
        recording::live,
    },
};
use orderline_domain::{
    call::{
        Call, CallEndReason, CallSide, CallState, NotRunning,
        hand_over::{After, WhyRefused},
    },
    clock::ClockPair,
    ids::{CallId, CommandId, SessionId, ThreadId, UserId},
    thread::{Author, EventBody},
};
use orderline_protocol::{
    call::CallView,
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// A step that the call's node takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Both sides are there.
    Connected,
    /// A side broke off; this was its last packet.
    Interrupted {
        last_packet: ClockPair,
    },
    /// The state has run out by itself.
    Expire,
    End {
        reason: CallEndReason,
        at: ClockPair,
    },
    Side(SideStep),
}

/// What happens to the seller's side of a call by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideStep {
    /// The colleague who was asked has had the time to answer.
    RunOut,
    /// The seller who asked is away.
    LineLost,
    /// One of two has gone, or a colleague who came to a private call has taken over.
    Gone(UserId),
}

/// Who takes a step, for the event that it leaves in the thread.
#[derive(Clone, Copy, Debug)]
pub struct By {
    pub author: Author,
    pub command: Option<CommandId>,
    /// The session that answers.
    pub session: Option<SessionId>,
}

impl By {
    /// The server by itself.
    pub const SYSTEM: Self = Self {
        author: Author::System,
        command: None,
        session: None,
    };

    /// The actor of a command, by it.
    pub fn of(cx: &Cx<'_>) -> Self {
        Self {
            author: cx.actor.author(),
            command: cx.command,
            session: None,
        }
    }
}

/// Where a step leads that leaves all as it is. What it changes is put in its place.
pub fn unchanged(record: &Call) -> Next {
    Next {
        state: record.state.clone(),
        mode: record.mode,
        side: record.side.clone(),
        answered_by: None,
    }
}

/// Refuses what can only be done while a call goes on that was answered.
pub fn require_answered(record: &Call) -> Result<(), Code> {
    record.state.require_answered().map_err(|why| match why {
        NotRunning::Rings => Code::Conflict,
        NotRunning::Over => Code::CallOver,
    })
}

/// One of a person's pages has begun: their live calls learn of it, and are what its socket's Welcome says.
pub async fn page_begun(query: &mut Query<'_>) -> Result<Vec<CallView>, Failure> {
    let me = query.actor.user;
    let live = call::live_of_user(&mut query.tx, me).await?;
    let own = live.iter().filter(|it| it.people().contains(&me));
    Ok(own
        .map(|call| {
            query.env.calls.here(call.call, me);
            call.into()
        })
        .collect())
}

/// The call as its row has it now.
pub async fn read(cx: &mut JobCx<'_>, call: CallId) -> Result<Option<Call>, Failure> {
    Ok(call::find(&mut cx.tx, call).await?)
}

/// A call that this node owns, whoever's it is.
pub async fn owned_by(cx: &mut JobCx<'_>, call: CallId) -> Result<Option<Call>, Failure> {
    let record = call::find(&mut cx.tx, call).await?;
    Ok(record.filter(|record| record.node == cx.env.node))
}

/// The live calls of these threads, for lists and snapshots.
pub async fn live_in(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<CallView>, Failure> {
    let live = call::live_of_threads(tx, threads).await?;
    Ok(live.iter().map(Into::into).collect())
}

/// The last call of each of these threads, for whoever may have missed how it ended.
pub async fn last_in(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<CallView>, Failure> {
    let last = call::last_of_threads(tx, threads).await?;
    Ok(last.iter().map(Into::into).collect())
}

/// Takes a step of a call by itself. A step that the call no longer allows changes nothing: the row as it is now is
/// the answer. `None`: there is no such call.
pub async fn step(cx: &mut JobCx<'_>, call: CallId, step: Step) -> Result<Option<Call>, Failure> {
    let Some(record) = call::lock(&mut cx.tx, call).await? else {
        return Ok(None);
    };
    let now = cx.env.clock.pair(cx.env.node);
    let next = match step {
        Step::Side(step) => return side_step(cx, record, step, now).await.map(Some),
        Step::Connected => record.state.clone().connected(now),
        Step::Interrupted { last_packet } => record.state.clone().interrupted(last_packet, now),
        Step::Expire => Ok(record.state.clone().expire(now)),
        Step::End { reason, at } => record.state.clone().end(reason, at),
    };
    let state = match next {
        Ok(state) if state != record.state => state,
        _ => return Ok(Some(record)),
    };
    let settled = settle(cx.env, &mut cx.tx, &record, state, By::SYSTEM).await?;
    Ok(Some(settled.told(&mut cx.news)))
}

async fn side_step(
    cx: &mut JobCx<'_>,
    record: Call,
    step: SideStep,
    now: ClockPair,
) -> Result<Call, Failure> {
    let from = record.side.clone();
    let (mut state, mut side) = (record.state.clone(), from.clone());
    match step {
        SideStep::RunOut if from.has_run_out(now.wall) => {
            side = from.refused(WhyRefused::NoAnswer).unwrap_or(side);
        }
        SideStep::RunOut => {}
        SideStep::LineLost => side = from.refused(WhyRefused::LineLost).unwrap_or(side),
        SideStep::Gone(user) => match from.gone(CallSide::Seller, user) {
            After::GoesOn(next) => side = next,
            After::Ends(reason) => state = state.end(reason, now).unwrap_or(record.state.clone()),
        },
    }
    if state == record.state && side == record.side {
        return Ok(record);
    }
    let next = Next {
        state,
        side,
        ..unchanged(&record)
    };
    let settled = settle_to(cx.env, &mut cx.tx, &record, next, By::SYSTEM).await?;
    Ok(settled.told(&mut cx.news))
}

/// A step that was saved, with what is to be told after the commit.
#[derive(Debug)]
pub struct Settled {
    pub record: Call,
    /// Everybody who was in the call or is now.
    pub people: Vec<UserId>,
    pub events: Vec<Published>,
    /// What else is news by it.
    pub signals: Vec<(Audience, ServerSignal)>,
}

impl Settled {
    /// Has it told after the commit; the call as it is now is left.
    pub fn told(self, news: &mut News) -> Call {
        let call = Box::new((&self.record).into());
        news.events.extend(self.events);
        let audience = Audience::at(self.record.vendor, self.people);
        news.signals.push((audience, ServerSignal::Call { call }));
        news.signals.extend(self.signals);
        let changed = AfterCommit::Call(Box::new(self.record.clone()));
        news.after.push(changed);
        self.record
    }

    /// The same for a command, whose answer is the call as it is now.
    pub fn answer(self, news: &mut News) -> CommandResult {
        let call = Box::new((&self.told(news)).into());
        CommandResult::Call { call }
    }
}

/// Saves a state that the rules allowed, closes what it closes and appends its event.
pub async fn settle(
    env: &Env,
    tx: &mut Tx,
    from: &Call,
    state: CallState,
    by: By,
) -> Result<Settled, Failure> {
    let next = Next {
        state,
        answered_by: by.session,
        ..unchanged(from)
    };
    settle_to(env, tx, from, next, by).await
}

/// Saves a state and a mode that the rules allowed, closes what the state closes and appends its event.
pub async fn settle_to(
    env: &Env,
    tx: &mut Tx,
    from: &Call,
    mut next: Next,
    by: By,
) -> Result<Settled, Failure> {
    let state = next.state.clone();
    if !state.is_live() {
        next.side = next.side.over();
    }
    let mut record = call::save(tx, from, next).await?.ok_or(Code::Conflict)?;
    if record.side != from.side {
        record = call::find(tx, from.call).await?.ok_or(Code::NotFound)?;
    }
    if let Some(ended) = state.ended() {
        parts::close_all(tx, from.call, ended.ended_at).await?;
        if let Some(recording) = from.mode.recording() {
            live::close(env, tx, recording).await?;
        }
    }
    let mut signals = sellers::news(from, &record);
    if matches!(from.state, CallState::Ringing { .. })
        && matches!(state, CallState::Connecting { .. })
    {
        signals.extend(call_request::came_true(env, tx, from).await?);
    }
    if state.was_held() {
        let people = record.people();
        signals.push(standing::news(tx, from.thread, &people).await?);
    }
    call_backs::after_step(env, tx, from, &record.state).await?;
    let now = env.clock.now();
    let mut bodies = sellers::told(tx, from, &record, now).await?;
    bodies.extend(told(from, &state));
    let mut events = Vec::with_capacity(bodies.len());
    for body in &bodies {
        let body = contact_gate::passed(tx, body).await?;
        let new = NewEvent {
            thread: from.thread,
            author: by.author,
            command: by.command,
            at: now,
            salt: env.entropy.bytes32(),
            body,
        };
        events.push(append_event(tx, new).await?);
    }
    // Whoever left the call earlier still sees that it runs, and must see that it is over.
    let participants = parts::participants(tx, from.call).await?;
    let people = participants.into_iter().map(|(_, it)| it.user).collect();
    Ok(Settled {
        record,
        people,
        events,
        signals,
    })
}

/// What the thread says about a step.
fn told(from: &Call, state: &CallState) -> Option<EventBody> {
    let call = from.call;
    Some(match (&from.state, state) {
        (CallState::Connecting { .. }, CallState::Active { started }) => EventBody::CallStarted {
            call,
            started_at: started.wall,
        },
        (
            _,
            CallState::Declined {
                reason, call_at, ..
            },
        ) => EventBody::CallDeclined {
            call,
            reason: reason.clone(),
            call_at: *call_at,
        },
        (_, CallState::Busy { .. }) => EventBody::CallBusy { call },
        (_, CallState::NoAnswer { .. }) => EventBody::CallMissed { call },
        (_, CallState::Cancelled { .. }) => EventBody::CallCancelled { call },
        (_, CallState::Ended(ended)) => EventBody::CallEnded {
            call,
            reason: ended.reason,
            started_at: ended.started_at,
            ended_at: ended.ended_at,
            duration_ms: ended.duration_ms,
        },
        _ => return None,
    })
}
