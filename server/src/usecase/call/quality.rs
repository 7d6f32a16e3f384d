//! The timeline of a call's lines: kept while it runs, read by whoever is asked why it was bad.

use crate::{
    app::App,
    auth,
    store::call::{self, parts, quality as call_quality},
    usecase::{Actor, Failure},
};
use orderline_domain::{
    ids::{CallId, UserId, VendorId},
    people::roles::Action,
};
use orderline_protocol::{
    problem::Code,
    quality::{CallQuality, QualityPoint},
};

/// Keeps what the pages measured.
pub async fn keep(
    app: &App,
    vendor: VendorId,
    call: CallId,
    points: &[QualityPoint],
) -> Result<(), Failure> {
    let mut tx = app.store.begin(vendor).await?;
    call_quality::keep(&mut tx, vendor, call, points).await?;
    Ok(tx.commit().await?)
}

/// The timeline of a call.
pub async fn read(app: &App, actor: &Actor, call: CallId) -> Result<CallQuality, Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    let record = call::find(&mut tx, call).await?.ok_or(Code::NotFound)?;
    let participants = parts::participants(&mut tx, record.call).await?;
    let people: Vec<UserId> = participants.iter().map(|(_, it)| it.user).collect();
    auth::authorise_people(actor, Action::ReadCallQuality, &people)?;
    let points = call_quality::of_call(&mut tx, call).await?;
    let people = participants
        .into_iter()
        .map(|(seat, person)| (seat, person.name))
        .collect();
    Ok(CallQuality {
        call,
        people,
        points,
    })
}
