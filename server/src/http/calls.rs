//! `POST /api/calls/{call}/ticket`: the way into a call's socket. `GET /api/calls/{call}/quality`: how its lines were.
//! `GET /api/calls/{call}/colleagues`: who could take it over. `GET /api/hand-overs`: what is asked of a person now.

use super::{PathOf, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::call::{hand_over, quality as call_quality, ticket},
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    routing::{get, post},
};
use orderline_domain::ids::CallId;
use orderline_protocol::{
    hand_over::{ColleagueList, OpenHandOvers},
    http::CallTicket,
    quality::CallQuality,
};

/// The routes of calls.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/calls/{call}/ticket", post(ticket))
        .route("/api/calls/{call}/quality", get(quality))
        .route("/api/calls/{call}/colleagues", get(colleagues))
        .route("/api/hand-overs", get(hand_overs))
}

async fn ticket(
    State(app): State<App>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
    headers: HeaderMap,
) -> Result<Json<CallTicket>, Refusal> {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    let ticket = ticket::issue(&app, signed_in.actor(), call, origin).await;
    ticket.map(Json).map_err(Refusal::of(&app))
}

async fn quality(
    State(app): State<App>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
) -> Result<Json<CallQuality>, Refusal> {
    let quality = call_quality::read(&app, signed_in.actor(), call).await;
    quality.map(Json).map_err(Refusal::of(&app))
}

async fn colleagues(
    State(app): State<App>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
) -> Result<Json<ColleagueList>, Refusal> {
    let colleagues = hand_over::colleagues(&app, signed_in.actor(), call).await;
    colleagues.map(Json).map_err(Refusal::of(&app))
}

async fn hand_overs(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<Json<OpenHandOvers>, Refusal> {
    let open = hand_over::open_for(&app, signed_in.actor()).await;
    open.map(|open| Json(OpenHandOvers { open }))
        .map_err(Refusal::of(&app))
}
