//! A running call goes to a colleague: asked, come, and left to them. Who speaks for the seller is a state machine of
//! the domain, saved with the call's row; the call's own task moves the media after it.

use orderline_domain::{
    call::{
        Call, CallState,
        hand_over::{InvalidHandOver, SellerSide, WhyRefused},
        seat::Seat,
    },
    ids::{CallId, ParticipantId, UserId},
    people::roles::{Action, Role},
    text::{self, CallNote, DeclineReason},
};
use orderline_protocol::{
    hand_over::{ColleagueList, ColleagueView, HandOverStep, HandOverView},
    problem::{Code, Problem},
    socket::CommandResult,
};

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    store::{
        call::{self, Next, parts},
        people::persons,
        thread,
    },
    usecase::{
        Cx, Query,
        call::life::{By, require_answered, settle_to, unchanged},
        contact_gate,
    },
};

/// Takes a step of a hand-over. The row is locked, so that two steps at once come one after the other.
pub async fn hand_over(
    cx: &mut Cx<'_>,
    call: CallId,
    step: &HandOverStep,
) -> Result<CommandResult, Failure> {
    let record = call::lock(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    authorise(cx.actor, &record, step)?;
    require_answered(&record)?;
    let from = record.side.clone();
    let me = cx.actor.user;
    let mut asked = None;
    let side = match step {
        HandOverStep::Ask { colleague, note } => {
            let (side, name) = ask(cx, &record, *colleague, note.as_deref()).await?;
            asked = Some(name);
            side
        }
        HandOverStep::Withdraw => refused(from.refused(WhyRefused::Withdrawn))?,
        HandOverStep::Accept => accept(cx, &record).await?,
        HandOverStep::Decline { reason } => {
            let reason = text::optional("step.reason", reason.as_deref(), DeclineReason::new)?;
            if let Some(reason) = &reason {
                contact_gate::check(&mut cx.tx, "step.reason", reason.as_str()).await?;
            }
            refused(from.decline(me, reason))?
        }
        HandOverStep::Leave => refused(from.leave(me))?,
    };
    let next = Next {
        side,
        ..unchanged(&record)
    };
    let by = By::of(cx);
    let settled = settle_to(cx.env, &mut cx.tx, &record, next, by).await;
    let settled = settled.map_err(|failure| asked_twice(failure, asked))?;
    Ok(settled.answer(&mut cx.news))
}

/// A colleague whom two ask at once: the database lets the first in.
fn asked_twice(failure: Failure, asked: Option<String>) -> Failure {
    match (&failure, asked) {
        (Failure::Store(error), Some(name)) if error.is_constraint(call::ONE_PER_COLLEAGUE) => {
            Problem::naming(Code::ColleagueBusy, "name", &name).into()
        }
        _ => failure,
    }
}

/// Those in the call ask, withdraw and leave; the one who was asked answers.
fn authorise(actor: &Actor, record: &Call, step: &HandOverStep) -> Result<(), Failure> {
    let (action, people) = match step {
        HandOverStep::Accept | HandOverStep::Decline { .. } => {
            (Action::AnswerHandOver, record.named_colleague())
        }
        HandOverStep::Ask { .. } | HandOverStep::Withdraw | HandOverStep::Leave => {
            (Action::HandOverCall, record.people())
        }
    };
    auth::authorise(actor, action, auth::relation(actor, &people))
}

async fn ask(
    cx: &mut Cx<'_>,
    record: &Call,
    colleague: UserId,
    note: Option<&str>,
) -> Result<(SellerSide, String), Failure> {
    // While somebody's line is away nobody is to be led into the call.
    if !matches!(record.state, CallState::Active { .. }) {
        return Err(Code::Conflict.into());
    }
    let note = text::optional("step.note", note, CallNote::new)?;
    if let Some(note) = &note {
        contact_gate::check(&mut cx.tx, "step.note", note.as_str()).await?;
    }
    let person = persons::known(&mut cx.tx, colleague)
        .await?
        .filter(|person| person.is(Role::Seller))
        .ok_or(Code::NotFound)?;
    let seat = parts::seat_for(&mut cx.tx, record.call, colleague)
        .await?
        .unwrap_or(Seat(Seat::COUNT));
    let side = refused(record.side.clone().ask(colleague, seat, note, cx.now))?;
    if !call::live_of_user(&mut cx.tx, colleague).await?.is_empty() {
        return Err(Problem::naming(Code::ColleagueBusy, "name", &person.name).into());
    }
    Ok((side, person.name))
}

/// The colleague takes a seat, and from now on takes part in the thread.
async fn accept(cx: &mut Cx<'_>, record: &Call) -> Result<SellerSide, Failure> {
    let me = cx.actor.user;
    if record.side.colleague().is_some_and(|it| it.user == me) {
        return Err(Code::AnsweredElsewhere.into());
    }
    let side = refused(record.side.clone().accept(me, cx.now))?;
    if !call::take_in(&mut cx.tx, record.vendor, record.call, me).await? {
        return Err(Code::CallInProgress.into());
    }
    if let Some(come) = side.colleague() {
        let id = ParticipantId::from_uuid(cx.env.entropy.uuid(cx.now));
        parts::seat(&mut cx.tx, record, id, me, come.seat).await?;
        parts::joined(&mut cx.tx, record.call, me, cx.now).await?;
    }
    thread::add_person(
        &mut cx.tx,
        record.thread,
        record.vendor,
        (me, cx.actor.role),
        cx.now,
    )
    .await?;
    Ok(side)
}

fn refused(side: Result<SellerSide, InvalidHandOver>) -> Result<SellerSide, Failure> {
    side.map_err(|why| {
        match why {
            InvalidHandOver::AlreadyAsked => Code::HandOverAsked,
            InvalidHandOver::Two | InvalidHandOver::NoSeat => Code::HandOverTwo,
            InvalidHandOver::NotAsked => Code::HandOverGone,
            InvalidHandOver::Oneself | InvalidHandOver::NobodyElse => Code::Conflict,
        }
        .into()
    })
}

/// Who could take this call over.
pub async fn colleagues(query: &mut Query<'_>, call: CallId) -> Result<ColleagueList, Failure> {
    let record = call::find(&mut query.tx, call)
        .await?
        .ok_or(Code::NotFound)?;
    let in_call = record.people();
    auth::authorise(
        query.actor,
        Action::HandOverCall,
        auth::relation(query.actor, &in_call),
    )?;
    let mut colleagues = Vec::new();
    for person in persons::sellers(&mut query.tx).await? {
        if in_call.contains(&person.user) {
            continue;
        }
        let busy = !call::live_of_user(&mut query.tx, person.user)
            .await?
            .is_empty();
        colleagues.push(ColleagueView {
            online: query.env.hub.is_online(record.vendor, person.user),
            busy,
            person: person.into(),
        });
    }
    colleagues.sort_by_key(|it| (!it.online, it.busy));
    Ok(ColleagueList { colleagues })
}

/// What this person asks, or is asked, now.
pub async fn open_for(query: &mut Query<'_>) -> Result<Vec<HandOverView>, Failure> {
    let live = call::live_of_user(&mut query.tx, query.actor.user).await?;
    Ok(live
        .iter()
        .filter(|it| it.is_asking(query.actor.user))
        .filter_map(HandOverView::of)
        .collect())
}
