//! What happened at the doors of accounts.

use super::{AtPlatform, Body, Client, Paging, QueryOf, Refusal};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{factor_reset, refusals, security},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_protocol::security::{
    FindSecondFactor, Refusals, ResetSecondFactor, SecondFactorOf, SecurityLog,
};
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/platform/security", get(log))
        .route("/api/platform/refusals", get(refused))
        .route("/api/platform/second-factor/find", post(find))
        .route("/api/platform/second-factor/reset", post(reset))
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    refused: bool,
}

async fn log(
    State(run): State<Runner>,
    me: AtPlatform,
    QueryOf(Which { refused }): QueryOf<Which>,
    Paging(wanted): Paging,
) -> Result<Json<SecurityLog>, Refusal> {
    let log = run.steward(me.steward(), |cx| {
        security::log(cx, refused, &wanted).boxed()
    });
    Ok(Json(log.await?))
}

async fn find(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<FindSecondFactor>,
) -> Result<Json<SecondFactorOf>, Refusal> {
    Ok(Json(factor_reset::find(&run, me.steward(), &wish).await?))
}

async fn reset(
    State(run): State<Runner>,
    Client(from): Client,
    me: AtPlatform,
    Body(wish): Body<ResetSecondFactor>,
) -> Result<StatusCode, Refusal> {
    factor_reset::reset(&run, me.steward(), from, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn refused(
    State(run): State<Runner>,
    me: AtPlatform,
    Paging(wanted): Paging,
) -> Result<Json<Refusals>, Refusal> {
    let lines = run.steward(me.steward(), |cx| refusals::list(cx, &wanted).boxed());
    Ok(Json(lines.await?))
}
