//! Mails about planned calls: what changed goes to the other side with the entry for their calendar, and both are
//! reminded.

use crate::{
    failure::Failure,
    live::Env,
    store::{Tx, follow_up::appointments::Stored, mail::NewAttachment, people::persons},
    texts::{MailKind, moment},
    usecase::{
        Cx,
        follow_up::{
            appointment_views::{Planned, calendar_file, planned},
            calendar,
        },
        mail::{self, Letter, Notice},
    },
};
use orderline_domain::{
    follow_up::appointment::AppointmentChange, ids::UserId, people::person::Person,
};

/// Tells the other side what the actor changed.
pub async fn changed(
    cx: &mut Cx<'_>,
    after: &Stored,
    change: &AppointmentChange,
) -> Result<(), Failure> {
    let Some(planned) = planned(&mut cx.tx, std::slice::from_ref(after))
        .await?
        .pop()
    else {
        return Ok(());
    };
    let to = planned.other(cx.actor.user);
    let kind = match change {
        AppointmentChange::Proposed { .. } => MailKind::CallPlanned,
        AppointmentChange::Confirmed { .. } => MailKind::CallPlanAgreed,
        AppointmentChange::Moved { .. } => MailKind::CallPlanMoved,
        AppointmentChange::Cancelled { .. } => MailKind::CallPlanCancelled,
    };
    let about = Told {
        planned: &planned,
        kind,
        by: Some(cx.actor.user),
    };
    write(cx.env, &mut cx.tx, &about, to).await
}

/// Reminds both people of a planned call, by mail. Works in the jobs' role.
pub(in crate::usecase) async fn soon(
    env: &Env,
    tx: &mut Tx,
    planned: &Planned,
) -> Result<(), Failure> {
    let about = Told {
        planned,
        kind: MailKind::CallSoon,
        by: None,
    };
    write(env, tx, &about, &planned.seller).await?;
    write(env, tx, &about, &planned.buyer).await
}

struct Told<'a> {
    planned: &'a Planned,
    kind: MailKind,
    /// Whoever changed it; none: it is the reminder's.
    by: Option<UserId>,
}

async fn write(env: &Env, tx: &mut Tx, told: &Told<'_>, to: &Person) -> Result<(), Failure> {
    let Told { planned, .. } = told;
    let Planned { stored, .. } = planned;
    let slot = &stored.held.slot;
    let link = mail::thread_link(env, tx, to, stored.thread).await?;
    let vendor = persons::vendor_name(tx, stored.vendor)
        .await?
        .unwrap_or_default();
    let language = mail::language_of(tx, to.user).await?;
    let when = moment(language, slot.starts_at, planned.zone_of(to.user));
    let letter = Letter {
        to: to.user,
        address: None,
        thread: Some(stored.thread),
        kind: told.kind,
        // Whoever changes a plan twice has two things to tell.
        about: env.entropy.uuid(env.clock.now()),
        values: &[
            ("name", &to.name),
            ("other", &planned.other(to.user).name),
            ("vendor", &vendor),
            ("title", &planned.title),
            ("when", &when),
            ("minutes", &slot.minutes.to_string()),
            ("link", &link),
        ],
        attachment: Some(NewAttachment {
            name: "call.ics".to_owned(),
            mime: format!(
                "text/calendar; charset=utf-8; method={}",
                calendar::method(&stored.held.state)
            ),
            bytes: calendar_file(planned, to.user, language, &link)?.into_bytes(),
        }),
        notice: told.by.map(|by| Notice {
            of: stored.appointment.as_uuid(),
            by,
            only_now: false,
        }),
        secret: false,
    };
    mail::queue(env, tx, stored.vendor, &letter).await
}
