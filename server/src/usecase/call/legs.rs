//! What is noted of a leg's connection.

use super::life::CallRecord;
use crate::{
    app::App,
    store::call::parts::{self, LegNews, NewLeg},
    usecase::Failure,
};
use jiff::Timestamp;
use orderline_domain::{
    call::mode::Route,
    ids::{LegId, UserId, VendorId},
};

/// A participant's leg was taken in.
pub async fn opened(
    app: &App,
    call: &CallRecord,
    leg: LegId,
    user: UserId,
    route: Route,
    at: Timestamp,
) -> Result<(), Failure> {
    let mut tx = app.store.begin(call.vendor).await?;
    let new = NewLeg {
        leg,
        user,
        route,
        at,
    };
    parts::open_leg(&mut tx, call, &new).await?;
    Ok(tx.commit().await?)
}

/// Media flows on it.
pub async fn connected(
    app: &App,
    vendor: VendorId,
    leg: LegId,
    at: Timestamp,
) -> Result<(), Failure> {
    note(
        app,
        vendor,
        leg,
        LegNews {
            connected_at: Some(at),
            ..LegNews::default()
        },
    )
    .await
}

/// It is gone for good.
pub async fn closed(
    app: &App,
    vendor: VendorId,
    leg: LegId,
    last_packet: Timestamp,
    at: Timestamp,
) -> Result<(), Failure> {
    let news = LegNews {
        last_packet_at: Some(last_packet),
        closed_at: Some(at),
        ..LegNews::default()
    };
    note(app, vendor, leg, news).await
}

async fn note(app: &App, vendor: VendorId, leg: LegId, news: LegNews) -> Result<(), Failure> {
    let mut tx = app.store.begin(vendor).await?;
    parts::note_leg(&mut tx, leg, news).await?;
    Ok(tx.commit().await?)
}
