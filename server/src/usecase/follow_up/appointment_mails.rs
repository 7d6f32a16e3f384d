//! Mails about planned calls: what changed goes to the other side with the entry for their calendar, and both are
//! reminded.

use crate::{
    failure::Failure,
    live::Env,
    store::{Tx, follow_up::appointments::Stored, mail::NewAttachment, people::persons},
    texts::MailKind,
    usecase::{
        Cx,
        follow_up::{
            appointment_views::{Planned, calendar_file, planned},
            calendar,
        },
        mail::{self, Letter, Notice},
    },
};
use jiff::{Timestamp, tz::TimeZone};
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
            ("when", &moment(slot.starts_at, planned.zone_of(to.user))),
            ("minutes", &slot.minutes.to_string()),
            ("link", &link),
        ],
        attachment: Some(NewAttachment {
            name: "call.ics".to_owned(),
            mime: format!(
                "text/calendar; charset=utf-8; method={}",
                calendar::method(&stored.held.state)
            ),
            bytes: calendar_file(planned, to.user, &link)?.into_bytes(),
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

/// A moment on the clocks of a place; with the offset where that time comes twice.
pub(in crate::usecase) fn moment(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let there = at.to_zoned(zone);
    let zone = there.time_zone();
    let words = if zone.to_ambiguous_zoned(there.datetime()).is_ambiguous() {
        "%A, %-d %B %Y, %H:%M (%Q, UTC%:z)"
    } else {
        "%A, %-d %B %Y, %H:%M (%Q)"
    };
    there.strftime(words).to_string()
}

#[cfg(test)]
mod tests {
    use crate::usecase::follow_up::appointment_mails::moment;

    #[test]
    fn a_moment_is_told_on_the_readers_clock() {
        let at = "2026-12-01T15:00:00Z".parse().unwrap();
        let berlin = "Tuesday, 1 December 2026, 16:00 (Europe/Berlin)";
        assert_eq!(moment(at, "Europe/Berlin"), berlin);
        assert_eq!(
            moment(at, "Nowhere/X"),
            "Tuesday, 1 December 2026, 15:00 (UTC)"
        );
        // Clocks are put back: two of 02:30.
        for (at, offset) in [
            ("2027-10-31T00:30:00Z", "+02:00"),
            ("2027-10-31T01:30:00Z", "+01:00"),
        ] {
            let words = moment(at.parse().unwrap(), "Europe/Berlin");
            let wanted = format!("Sunday, 31 October 2027, 02:30 (Europe/Berlin, UTC{offset})");
            assert_eq!(words, wanted);
        }
    }
}
