//! The timeline of a call's lines: kept while it runs, read by whoever is asked why it was bad.

use crate::{
    auth,
    failure::Failure,
    store::call::{self, parts, quality},
    usecase::{JobCx, Query},
};
use orderline_domain::{
    call::quality::Point,
    ids::{CallId, UserId, VendorId},
    people::roles::Action,
};
use orderline_protocol::{problem::Code, quality::CallQuality};

/// Keeps what the pages measured.
pub async fn keep(
    cx: &mut JobCx<'_>,
    vendor: VendorId,
    call: CallId,
    points: &[Point],
) -> Result<(), Failure> {
    quality::keep(&mut cx.tx, vendor, call, points).await?;
    Ok(())
}

/// The timeline of a call.
pub async fn read(query: &mut Query<'_>, call: CallId) -> Result<CallQuality, Failure> {
    let record = call::find(&mut query.tx, call)
        .await?
        .ok_or(Code::NotFound)?;
    let participants = parts::participants(&mut query.tx, record.call).await?;
    let people: Vec<UserId> = participants.iter().map(|(_, it)| it.user).collect();
    auth::authorise_people(query.actor, Action::ReadCallQuality, &people)?;
    let points = quality::of_call(&mut query.tx, call).await?;
    let people = participants
        .into_iter()
        .map(|(seat, person)| (seat, person.name))
        .collect();
    Ok(CallQuality {
        call,
        people,
        points: points.into_iter().map(Into::into).collect(),
    })
}
