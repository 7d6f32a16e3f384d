//! `GET` and `PUT /api/calling-rules`: who may call, and what happens to contact that leads away.

use super::{Body, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::{again, call::rules},
};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::{CallingSettings, SetCalling};

pub fn router() -> Router<App> {
    Router::new().route("/api/calling-rules", get(read).put(write))
}

async fn read(State(app): State<App>, me: SignedIn) -> Result<Json<CallingSettings>, Refusal> {
    let settings = again(|| rules::settings(&app, me.actor())).await;
    settings.map(Json).map_err(Refusal::of(&app))
}

async fn write(
    State(app): State<App>,
    me: SignedIn,
    Body(wish): Body<SetCalling>,
) -> Result<Json<CallingSettings>, Refusal> {
    let settings = rules::set(&app, me.actor(), &wish).await;
    settings.map(Json).map_err(Refusal::of(&app))
}
