//! `GET` and `PUT /api/calling-rules`: who may call, and what happens to contact that leads away.

use super::{Body, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{Runner, call::rules},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::http::{CallingSettings, SetCalling};

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/calling-rules", get(read).put(write))
}

async fn read(State(run): State<Runner>, me: SignedIn) -> Result<Json<CallingSettings>, Refusal> {
    let settings = run
        .query(me.actor(), |query| rules::settings(query).boxed())
        .await?;
    Ok(Json(settings))
}

async fn write(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<SetCalling>,
) -> Result<Json<CallingSettings>, Refusal> {
    let settings = run
        .act(me.actor(), |cx| rules::set(cx, &wish).boxed())
        .await?;
    Ok(Json(settings))
}
