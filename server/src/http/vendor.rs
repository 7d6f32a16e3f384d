//! One vendor: its record and its log, for its own admin and for the platform.

use super::{AtPlatform, Body, Paging, PathOf, Refusal, SignedIn};
use crate::{
    actor::Actor,
    http::Web,
    usecase::{
        Runner,
        platform::vendors,
        vendor::{edit, functions, read, step},
    },
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post, put},
};
use futures::FutureExt as _;
use orderline_domain::ids::VendorId;
use orderline_protocol::vendor::{
    ChoosePlan, EditVendor, StepVendor, SwitchFunction, VendorLog, VendorRecord,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/vendor", get(own).put(edit_own))
        .route("/api/vendor/functions", post(switch_own))
        .route("/api/vendor/log", get(own_log))
        .route("/api/platform/vendors/{vendor}", get(one).put(edit_one))
        .route("/api/platform/vendors/{vendor}/functions", post(switch))
        .route("/api/platform/vendors/{vendor}/log", get(log))
        .route("/api/platform/vendors/{vendor}/plan", put(choose_plan))
        .route("/api/platform/vendors/{vendor}/steps", post(take_step))
}

async fn own(State(run): State<Runner>, me: SignedIn) -> Result<Json<VendorRecord>, Refusal> {
    let record = run.query(me.actor(), |query| read::read(query).boxed());
    Ok(Json(record.await?))
}

async fn edit_own(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<EditVendor>,
) -> Result<Json<VendorRecord>, Refusal> {
    let record = run.act(me.actor(), |cx| edit::edit(cx, &wish).boxed());
    Ok(Json(record.await?))
}

async fn own_log(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<VendorLog>, Refusal> {
    let log = run.query(me.actor(), |query| read::log(query, &wanted).boxed());
    Ok(Json(log.await?))
}

/// What is done for a vendor is done in that vendor's scope.
async fn at(run: &Runner, me: &AtPlatform, vendor: VendorId) -> Result<Actor, Refusal> {
    run.steward(me.steward(), |cx| vendors::require(cx, vendor).boxed())
        .await?;
    Ok(me.steward().at(vendor))
}

async fn one(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
) -> Result<Json<VendorRecord>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let record = run.query(&actor, |query| read::read(query).boxed()).await?;
    Ok(Json(record))
}

async fn edit_one(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Body(wish): Body<EditVendor>,
) -> Result<Json<VendorRecord>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let record = run.act(&actor, |cx| edit::edit(cx, &wish).boxed()).await?;
    Ok(Json(record))
}

async fn log(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Paging(wanted): Paging,
) -> Result<Json<VendorLog>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let log = run
        .query(&actor, |query| read::log(query, &wanted).boxed())
        .await?;
    Ok(Json(log))
}

async fn take_step(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Body(wish): Body<StepVendor>,
) -> Result<Json<VendorRecord>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let record = run.act(&actor, |cx| step::step(cx, &wish).boxed()).await?;
    Ok(Json(record))
}

async fn switch_own(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<SwitchFunction>,
) -> Result<Json<VendorRecord>, Refusal> {
    let record = run.act(me.actor(), |cx| functions::switch(cx, &wish).boxed());
    Ok(Json(record.await?))
}

async fn switch(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Body(wish): Body<SwitchFunction>,
) -> Result<Json<VendorRecord>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let record = run.act(&actor, |cx| functions::switch(cx, &wish).boxed());
    Ok(Json(record.await?))
}

async fn choose_plan(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(vendor): PathOf<VendorId>,
    Body(wish): Body<ChoosePlan>,
) -> Result<Json<VendorRecord>, Refusal> {
    let actor = at(&run, &me, vendor).await?;
    let record = run.act(&actor, |cx| functions::choose_plan(cx, &wish).boxed());
    Ok(Json(record.await?))
}
