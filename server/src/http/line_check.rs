//! `POST /api/line-check`: a connection to the relay to try the line with, before a call.

use super::{Body, Refusal, SignedIn};
use crate::{app::App, usecase::call::line_check};
use axum::{Json, Router, extract::State, routing::post};
use orderline_protocol::http::LineCheck;

/// The route.
pub fn router() -> Router<App> {
    Router::new().route("/api/line-check", post(check))
}

async fn check(
    State(app): State<App>,
    signed_in: SignedIn,
    Body(offer): Body<LineCheck>,
) -> Result<Json<LineCheck>, Refusal> {
    let answer = line_check::check(&app, signed_in.actor(), offer.sdp).await;
    answer
        .map(|sdp| Json(LineCheck { sdp }))
        .map_err(Refusal::of(&app))
}
