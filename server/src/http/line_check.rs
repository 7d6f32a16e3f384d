//! `POST /api/line-check`: a connection to the relay to try the line with, before a call.

use super::{Body, Refusal, SignedIn};
use crate::{http::Web, live::Env, usecase::call::line_check};
use axum::{Json, Router, extract::State, routing::post};
use orderline_protocol::http::LineCheck;

/// The route.
pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/line-check", post(check))
}

async fn check(
    State(env): State<Env>,
    signed_in: SignedIn,
    Body(offer): Body<LineCheck>,
) -> Result<Json<LineCheck>, Refusal> {
    let sdp = line_check::check(&env, signed_in.actor(), offer.sdp).await?;
    Ok(Json(LineCheck { sdp }))
}
