//! `GET /api/ice`: what helps this person's browser to meet another.

use super::{Refusal, SignedIn};
use crate::{http::Web, live::Env, usecase::call::ice};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::IceHelp;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/ice", get(help))
}

async fn help(State(env): State<Env>, signed_in: SignedIn) -> Result<Json<IceHelp>, Refusal> {
    Ok(Json(ice::help(&env, signed_in.actor())?))
}
