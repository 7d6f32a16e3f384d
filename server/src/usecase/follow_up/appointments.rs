//! Planned calls (X13): named by one side, agreed to by the other, moved or called off by either; both are reminded.

use jiff::tz::TimeZone;
use orderline_domain::{
    field::{FieldError, code},
    follow_up::appointment::{Appointment, AppointmentChange, BadStep, MAX_OPEN, Planner, Slot},
    ids::{AppointmentId, ThreadId},
    people::roles::Action,
    text::{self, AppointmentNote},
    thread::EventBody,
};
use orderline_protocol::{
    around::{AppointmentList, AppointmentStep, SlotWish, TimeZoneOf},
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

use crate::{
    auth,
    failure::Failure,
    live::hub::Audience,
    page::Wanted,
    store::{
        follow_up::appointments::{self, Stored},
        thread,
    },
    usecase::{
        Cx, JobCx, Query,
        call::rules,
        follow_up::{
            appointment_mails,
            appointment_views::{calendar_file, planned, views},
        },
        mail,
    },
};

/// Longest name of a time zone.
const MAX_ZONE: usize = 60;

/// Names a time for a call.
pub async fn plan(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    wish: &SlotWish,
) -> Result<CommandResult, Failure> {
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::PlanCall, thread).await?;
    let slot = slot(wish)?;
    if !thread::lock(&mut cx.tx, thread).await? {
        return Err(Code::NotFound.into());
    }
    rules::allow_call(&mut cx.tx, thread).await?;
    let open = appointments::open_of_thread(&mut cx.tx, thread, cx.now).await?;
    if open.len() >= MAX_OPEN {
        return Err(Code::TooMany.into());
    }
    let by = Planner::new(cx.actor.user, cx.actor.role);
    let held = Appointment::propose(slot.clone(), by, cx.now).map_err(FieldError::from)?;
    let new = Stored {
        appointment: AppointmentId::from_uuid(cx.env.entropy.uuid(cx.now)),
        vendor: cx.actor.vendor,
        thread,
        held,
        version: 1,
        changed_at: cx.now,
    };
    appointments::insert(&mut cx.tx, &new).await?;
    told(cx, &new, AppointmentChange::Proposed { slot }).await
}

/// Agrees to a planned call, moves it or calls it off, as it stood at `version`.
pub async fn change(
    cx: &mut Cx<'_>,
    appointment: AppointmentId,
    version: i64,
    step: &AppointmentStep,
) -> Result<CommandResult, Failure> {
    let stored = appointments::find(&mut cx.tx, appointment)
        .await?
        .ok_or(Code::NotFound)?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::PlanCall, stored.thread).await?;
    // What somebody else has changed since must be looked at before it is agreed to.
    if stored.version != version {
        return Err(Code::Conflict.into());
    }
    // Where there are no calls (any more) a planned one can only be called off.
    if !matches!(step, AppointmentStep::Cancel { .. }) {
        thread::lock(&mut cx.tx, stored.thread).await?;
        rules::allow_call(&mut cx.tx, stored.thread).await?;
    }
    let by = Planner::new(cx.actor.user, cx.actor.role);
    let held = stored.held.clone();
    let from = held.slot.starts_at;
    let (after, change) = match step {
        AppointmentStep::Confirm => {
            let after = held.confirm(by, cx.now).map_err(bad_step)?;
            let slot = after.slot.clone();
            (after, AppointmentChange::Confirmed { slot })
        }
        AppointmentStep::Move { slot: wish } => {
            let slot = slot(wish)?;
            let after = held.move_to(slot.clone(), by, cx.now).map_err(bad_step)?;
            (after, AppointmentChange::Moved { from, slot })
        }
        AppointmentStep::Cancel { reason } => {
            let reason = text::optional("reason", reason.as_deref(), AppointmentNote::new)?;
            let after = held.cancel(reason.clone(), by, cx.now).map_err(bad_step)?;
            let slot = after.slot.clone();
            (after, AppointmentChange::Cancelled { slot, reason })
        }
    };
    if !appointments::save(&mut cx.tx, &stored, &after, cx.now).await? {
        return Err(Code::Conflict.into());
    }
    let stored = Stored {
        held: after,
        version: stored.version + 1,
        changed_at: cx.now,
        ..stored
    };
    told(cx, &stored, change).await
}

/// The thread tells of it, and a mail tells the other side.
async fn told(
    cx: &mut Cx<'_>,
    stored: &Stored,
    change: AppointmentChange,
) -> Result<CommandResult, Failure> {
    appointment_mails::changed(cx, stored, &change).await?;
    let body = EventBody::AppointmentChanged {
        appointment: stored.appointment,
        change,
    };
    Ok(cx.tell(stored.thread, &body).await?.answer())
}

/// The planned calls of a thread that are not over.
pub async fn of_thread(
    query: &mut Query<'_>,
    thread: ThreadId,
) -> Result<AppointmentList, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadThread, thread).await?;
    let open = appointments::open_of_thread(&mut query.tx, thread, query.env.clock.now()).await?;
    Ok(AppointmentList {
        items: views(&mut query.tx, &open).await?,
        next: None,
    })
}

/// A page of the planned calls of the actor's own threads that are not over.
pub async fn upcoming(query: &mut Query<'_>, wanted: &Wanted) -> Result<AppointmentList, Failure> {
    let (user, now) = (query.actor.user, query.env.clock.now());
    let open = appointments::open_of_user(&mut query.tx, user, now, wanted).await?;
    let views = views(&mut query.tx, &open.items).await?;
    Ok(open.with(views))
}

/// A planned call as a file for the actor's calendar.
pub async fn file(query: &mut Query<'_>, appointment: AppointmentId) -> Result<String, Failure> {
    let stored = appointments::find(&mut query.tx, appointment)
        .await?
        .ok_or(Code::NotFound)?;
    auth::authorise_in_thread(
        &mut query.tx,
        query.actor,
        Action::ReadThread,
        stored.thread,
    )
    .await?;
    let planned = planned(&mut query.tx, std::slice::from_ref(&stored))
        .await?
        .pop()
        .ok_or(Code::NotFound)?;
    let reader = query.actor.person();
    let link = mail::thread_link(query.env, &mut query.tx, &reader, stored.thread).await?;
    let language = mail::language_of(&mut query.tx, reader.user).await?;
    calendar_file(&planned, reader.user, language, &link)
}

/// Reminds both people of what begins soon, each once; answers how many calls.
pub async fn remind(cx: &mut JobCx<'_>) -> Result<usize, Failure> {
    let due = appointments::take_due(&mut cx.tx, cx.now).await?;
    let planned = planned(&mut cx.tx, &due).await?;
    for it in &planned {
        appointment_mails::soon(cx.env, &mut cx.tx, it).await?;
        let people = vec![it.seller.user, it.buyer.user];
        let appointment = Box::new(it.view());
        let signal = ServerSignal::Reminder { appointment };
        cx.news.signals.push((Audience::everywhere(people), signal));
    }
    Ok(planned.len())
}

/// Keeps the time zone that the actor's browser tells.
pub async fn keep_zone(cx: &mut Cx<'_>, wish: &TimeZoneOf) -> Result<(), Failure> {
    let zone = wish.time_zone.trim();
    if zone.is_empty() || zone.len() > MAX_ZONE || TimeZone::get(zone).is_err() {
        return Err(FieldError::new("time_zone", code::UNKNOWN).into());
    }
    appointments::keep_zone(&mut cx.tx, cx.actor.user, zone).await?;
    Ok(())
}

fn slot(wish: &SlotWish) -> Result<Slot, FieldError> {
    let note = text::optional("slot.note", wish.note.as_deref(), AppointmentNote::new)?;
    Ok(Slot {
        starts_at: wish.starts_at,
        minutes: wish.minutes,
        note,
    })
}

fn bad_step(bad: BadStep) -> Failure {
    match bad {
        BadStep::Slot(bad) => FieldError::from(bad).into(),
        BadStep::OwnProposal => Code::NotAllowed.into(),
        BadStep::Cancelled | BadStep::Over | BadStep::AlreadyConfirmed => Code::Conflict.into(),
    }
}
