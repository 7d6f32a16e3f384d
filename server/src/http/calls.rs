//! `POST /api/calls/{call}/ticket`: the way into a call's socket. `GET /api/calls/{call}/quality`: how its lines were.
//! `GET /api/calls/{call}/colleagues`: who could take it over. `GET /api/hand-overs`: what is asked of a person now.

use super::{PathOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        call::{hand_over, quality, ticket},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, header},
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::CallId;
use orderline_protocol::{
    hand_over::{ColleagueList, OpenHandOvers},
    http::CallTicket,
    quality::CallQuality,
};

/// The routes of calls.
pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/calls/{call}/ticket", post(ticket))
        .route("/api/calls/{call}/quality", get(quality))
        .route("/api/calls/{call}/colleagues", get(colleagues))
        .route("/api/hand-overs", get(hand_overs))
}

async fn ticket(
    State(run): State<Runner>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
    headers: HeaderMap,
) -> Result<Json<CallTicket>, Refusal> {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    let ticket = run
        .act(signed_in.actor(), |cx| {
            ticket::issue(cx, call, origin).boxed()
        })
        .await?;
    Ok(Json(ticket))
}

async fn quality(
    State(run): State<Runner>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
) -> Result<Json<CallQuality>, Refusal> {
    let quality = run
        .query(signed_in.actor(), |query| {
            quality::read(query, call).boxed()
        })
        .await?;
    Ok(Json(quality))
}

async fn colleagues(
    State(run): State<Runner>,
    signed_in: SignedIn,
    PathOf(call): PathOf<CallId>,
) -> Result<Json<ColleagueList>, Refusal> {
    let colleagues = run
        .query(signed_in.actor(), |query| {
            hand_over::colleagues(query, call).boxed()
        })
        .await?;
    Ok(Json(colleagues))
}

async fn hand_overs(
    State(run): State<Runner>,
    signed_in: SignedIn,
) -> Result<Json<OpenHandOvers>, Refusal> {
    let open = run
        .query(signed_in.actor(), |query| {
            hand_over::open_for(query).boxed()
        })
        .await?;
    Ok(Json(OpenHandOvers { open }))
}
