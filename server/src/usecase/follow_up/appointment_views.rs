//! Planned calls as people see them, in pages and in calendars.

use crate::{
    failure::Failure,
    store::{
        Tx,
        follow_up::appointments::{self, Stored},
        thread,
    },
    texts::Line,
    usecase::follow_up::calendar::{self, Entry},
};
use orderline_domain::{
    follow_up::appointment::AppointmentState,
    ids::{ThreadId, UserId},
    language::Language,
    thread::Side,
};
use orderline_protocol::{
    around::{AppointmentPhase, AppointmentView},
    person::Person,
};
use std::collections::HashMap;

/// A planned call as a file for the calendar of whoever reads it.
pub(in crate::usecase) fn calendar_file(
    stored: &Stored,
    view: &AppointmentView,
    reader: &Person,
    link: &str,
) -> Result<String, Failure> {
    let language = Language::COMMON.tag();
    let other = if reader.user == view.seller.user {
        &view.buyer
    } else {
        &view.seller
    };
    let mut description = Line::CalendarWhere.written(language, &[("url", link)])?;
    if let Some(note) = &view.slot.note {
        description = format!("{}\n\n{description}", note.as_str());
    }
    let name = [("name", other.name.as_str())];
    Ok(calendar::file(&Entry {
        uid: format!("{}@orderline", stored.appointment),
        appointment: &stored.held,
        changed_at: stored.changed_at,
        summary: &Line::CalendarTitle.written(language, &name)?,
        description: &description,
        alarm: &Line::CalendarSoon.written(language, &name)?,
        url: link,
        organizer: (&view.seller.name, &format!("urn:uuid:{}", stored.vendor)),
    }))
}

/// Planned calls as people see them. One whose people are gone is left out.
pub(in crate::usecase) async fn views(
    tx: &mut Tx,
    stored: &[Stored],
) -> Result<Vec<AppointmentView>, Failure> {
    let ids: Vec<ThreadId> = stored.iter().map(|it| it.thread).collect();
    let people = thread::people_of(tx, &ids).await?;
    let mut zones: HashMap<UserId, Option<String>> = HashMap::new();
    let mut all = Vec::with_capacity(stored.len());
    for it in stored {
        let of_thread = people.get(&it.thread).map_or(&[][..], Vec::as_slice);
        let with = |side| {
            of_thread
                .iter()
                .find(|person| person.side() == side)
                .cloned()
        };
        let (Some(seller), Some(buyer)) = (with(Side::Seller), with(Side::Buyer)) else {
            continue;
        };
        let Some(row) = thread::find(tx, it.thread).await? else {
            continue;
        };
        if let std::collections::hash_map::Entry::Vacant(entry) = zones.entry(buyer.user) {
            entry.insert(appointments::zone_of(tx, buyer.user).await?);
        }
        let seller_zone = appointments::vendor_zone(tx, it.vendor).await?;
        let (phase, by) = match &it.held.state {
            AppointmentState::Proposed { by } => (AppointmentPhase::Proposed, by),
            AppointmentState::Confirmed { by, .. } => (AppointmentPhase::Confirmed, by),
            AppointmentState::Cancelled { by, .. } => (AppointmentPhase::Cancelled, by),
        };
        all.push(AppointmentView {
            appointment: it.appointment,
            thread: it.thread,
            title: row.title,
            version: it.version,
            phase,
            by: person(of_thread, by.user).unwrap_or_else(|| seller.clone()),
            slot: it.held.slot.clone(),
            buyer_zone: zones.get(&buyer.user).cloned().flatten(),
            seller,
            buyer,
            seller_zone: seller_zone.unwrap_or_else(|| "UTC".to_owned()),
        });
    }
    Ok(all)
}

fn person(people: &[Person], user: UserId) -> Option<Person> {
    people.iter().find(|it| it.user == user).cloned()
}
