//! The plans that the platform sells to vendors.

use super::{AtPlatform, Body, Paging, PathOf, Refusal};
use crate::{
    http::Web,
    usecase::{Runner, platform::plans},
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, put},
};
use futures::FutureExt as _;
use orderline_domain::ids::VendorPlanId;
use orderline_protocol::vendor::{AddVendorPlan, ChangeVendorPlan, VendorPlanList, VendorPlanView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/platform/plans", get(list).post(add))
        .route("/api/platform/plans/{plan}", put(change))
}

async fn list(
    State(run): State<Runner>,
    me: AtPlatform,
    Paging(wanted): Paging,
) -> Result<Json<VendorPlanList>, Refusal> {
    let list = run
        .steward(me.steward(), |cx| plans::list(cx, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn add(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<AddVendorPlan>,
) -> Result<Json<VendorPlanView>, Refusal> {
    let plan = run
        .steward(me.steward(), |cx| plans::add(cx, &wish).boxed())
        .await?;
    Ok(Json(plan))
}

async fn change(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf(plan): PathOf<VendorPlanId>,
    Body(wish): Body<ChangeVendorPlan>,
) -> Result<Json<VendorPlanView>, Refusal> {
    let plan = run
        .steward(me.steward(), |cx| plans::change(cx, plan, &wish).boxed())
        .await?;
    Ok(Json(plan))
}
