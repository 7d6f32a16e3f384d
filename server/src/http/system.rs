//! How the installation is, for the platform's people, and what is still missing up to the first call.

use super::{AtPlatform, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        checkup::{self, Checkup},
        platform::steps,
    },
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_protocol::system::{CheckupView, PlatformSteps, ShopSteps, SystemView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/platform/system", get(read))
        .route("/api/platform/checkup", post(check_now))
        .route("/api/platform/steps", get(of_platform))
        .route("/api/vendor/steps", get(of_shop))
}

async fn read(State(checkup): State<Checkup>, me: AtPlatform) -> Result<Json<SystemView>, Refusal> {
    Ok(Json(checkup::read(&checkup, me.steward()).await?))
}

async fn check_now(
    State(checkup): State<Checkup>,
    me: AtPlatform,
) -> Result<Json<CheckupView>, Refusal> {
    Ok(Json(checkup::check_now(&checkup, me.steward()).await?))
}

async fn of_platform(
    State(run): State<Runner>,
    me: AtPlatform,
) -> Result<Json<PlatformSteps>, Refusal> {
    Ok(Json(steps::of_platform(&run, me.steward()).await?))
}

async fn of_shop(State(run): State<Runner>, me: SignedIn) -> Result<Json<ShopSteps>, Refusal> {
    let steps = run
        .query(me.actor(), |query| steps::of_shop(query).boxed())
        .await?;
    Ok(Json(steps))
}
