//! `GET /api/ice`: what helps this person's browser to meet another.

use super::{Refusal, SignedIn};
use crate::{app::App, usecase::call::ice};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::IceHelp;

pub fn router() -> Router<App> {
    Router::new().route("/api/ice", get(help))
}

async fn help(State(app): State<App>, signed_in: SignedIn) -> Result<Json<IceHelp>, Refusal> {
    ice::help(&app, signed_in.actor())
        .map(Json)
        .map_err(Refusal::of(&app))
}
