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
    people::{person::Person, side::Side},
};
use orderline_protocol::around::{AppointmentPhase, AppointmentView};
use std::collections::HashMap;

/// A planned call with what people are told beside it.
#[derive(Clone, Debug)]
pub(in crate::usecase) struct Planned {
    pub stored: Stored,
    /// Of the thread.
    pub title: String,
    pub seller: Person,
    pub buyer: Person,
    /// Who named the time, agreed to it or called it off.
    by: Person,
    /// Of the vendor (IANA name).
    seller_zone: String,
    /// Of the buyer's browser, once it has told.
    buyer_zone: Option<String>,
}

impl Planned {
    /// The one of the two that this person is not.
    pub(crate) fn other(&self, user: UserId) -> &Person {
        if user == self.seller.user {
            &self.buyer
        } else {
            &self.seller
        }
    }

    /// The time zone in which this person reads times.
    pub(crate) fn zone_of(&self, user: UserId) -> &str {
        match &self.buyer_zone {
            Some(zone) if user == self.buyer.user => zone,
            _ => &self.seller_zone,
        }
    }

    /// The planned call as both sides see it.
    pub(crate) fn view(&self) -> AppointmentView {
        let Stored { held, .. } = &self.stored;
        AppointmentView {
            appointment: self.stored.appointment,
            thread: self.stored.thread,
            title: self.title.clone(),
            version: self.stored.version,
            phase: match held.state {
                AppointmentState::Proposed { .. } => AppointmentPhase::Proposed,
                AppointmentState::Confirmed { .. } => AppointmentPhase::Confirmed,
                AppointmentState::Cancelled { .. } => AppointmentPhase::Cancelled,
            },
            by: (&self.by).into(),
            slot: held.slot.clone(),
            seller: (&self.seller).into(),
            buyer: (&self.buyer).into(),
            seller_zone: self.seller_zone.clone(),
            buyer_zone: self.buyer_zone.clone(),
        }
    }
}

/// A planned call as a file for the calendar of whoever reads it.
pub(in crate::usecase) fn calendar_file(
    planned: &Planned,
    reader: UserId,
    language: Language,
    link: &str,
) -> Result<String, Failure> {
    let Planned { stored, .. } = planned;
    let mut description = Line::CalendarWhere.written(language, &[("url", link)])?;
    if let Some(note) = &stored.held.slot.note {
        description = format!("{}\n\n{description}", note.as_str());
    }
    let name = [("name", planned.other(reader).name.as_str())];
    Ok(calendar::file(&Entry {
        uid: format!("{}@orderline", stored.appointment),
        appointment: &stored.held,
        changed_at: stored.changed_at,
        summary: &Line::CalendarTitle.written(language, &name)?,
        description: &description,
        alarm: &Line::CalendarSoon.written(language, &name)?,
        url: link,
        organizer: (&planned.seller.name, &format!("urn:uuid:{}", stored.vendor)),
    }))
}

/// Planned calls with what people are told beside them. One whose people are gone is left out.
pub(in crate::usecase) async fn planned(
    tx: &mut Tx,
    stored: &[Stored],
) -> Result<Vec<Planned>, Failure> {
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
        let (AppointmentState::Proposed { by }
        | AppointmentState::Confirmed { by, .. }
        | AppointmentState::Cancelled { by, .. }) = &it.held.state;
        let by = of_thread.iter().find(|person| person.user == by.user);
        all.push(Planned {
            stored: it.clone(),
            title: row.title,
            by: by.unwrap_or(&seller).clone(),
            buyer_zone: zones.get(&buyer.user).cloned().flatten(),
            seller,
            buyer,
            seller_zone: seller_zone.unwrap_or_else(|| "UTC".to_owned()),
        });
    }
    Ok(all)
}

/// Planned calls as people see them.
pub(in crate::usecase) async fn views(
    tx: &mut Tx,
    stored: &[Stored],
) -> Result<Vec<AppointmentView>, Failure> {
    let planned = planned(tx, stored).await?;
    Ok(planned.iter().map(Planned::view).collect())
}
