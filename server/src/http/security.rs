//! What happened at the doors of accounts.

use super::{AtPlatform, Paging, QueryOf, Refusal};
use crate::{
    http::Web,
    usecase::{Runner, people::security},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::security::SecurityLog;
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/platform/security", get(log))
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
