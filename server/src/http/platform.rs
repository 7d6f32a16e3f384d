//! The installation: setting it up, and its vendors.

use super::{AtPlatform, Body, Client, Paging, PathOf, Refusal, cookie::cookie_header};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{invite, session},
        platform::{setup, vendors},
    },
};
use axum::{
    Json, Router,
    extract::State,
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::VendorId;
use orderline_protocol::{
    people::{InvitationView, Invite},
    platform::{MakeVendor, SetUp, SetupView, VendorList, VendorView},
    problem::Code,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/setup", get(state).post(set_up))
        .route("/api/platform/vendors", get(list).post(make))
        .route("/api/platform/vendors/{vendor}/invitations", post(ask))
}

async fn state(State(run): State<Runner>) -> Result<Json<SetupView>, Refusal> {
    let set_up = setup::is_set_up(&run).await?;
    Ok(Json(SetupView { set_up }))
}

async fn set_up(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<SetUp>,
) -> Result<impl IntoResponse, Refusal> {
    let begun = setup::by_token(&run, from, &wish.token, &wish.platform).await?;
    let me = session::holder(&run, &begun.token, None).await?;
    let me = me.ok_or(Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(me.described(&run.env)),
    ))
}

async fn list(
    State(run): State<Runner>,
    me: AtPlatform,
    Paging(wanted): Paging,
) -> Result<Json<VendorList>, Refusal> {
    let list = run
        .steward(me.steward(), |cx| vendors::list(cx, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn make(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<MakeVendor>,
) -> Result<Json<VendorView>, Refusal> {
    let vendor = run
        .steward(me.steward(), |cx| vendors::make(cx, &wish).boxed())
        .await?;
    Ok(Json(vendor))
}

/// What is done for a vendor is done in that vendor's scope.
async fn ask(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Body(wish): Body<Invite>,
) -> Result<Json<InvitationView>, Refusal> {
    run.steward(me.steward(), |cx| vendors::require(cx, vendor).boxed())
        .await?;
    let actor = me.steward().at(vendor);
    let view = run
        .act(&actor, |cx| invite::invite(cx, &wish).boxed())
        .await?;
    Ok(Json(view))
}
