//! What is planned before and noted after calls.

use super::{Body, PathOf, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::{
        again,
        follow_up::{appointments, call_backs, outcomes},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
    routing::{get, put},
};
use orderline_domain::ids::{AppointmentId, ThreadId};
use orderline_protocol::around::{AppointmentList, CallBackList, OutcomeList, TimeZoneOf};

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/appointments", get(upcoming))
        .route("/api/appointments/{appointment}/calendar.ics", get(file))
        .route("/api/threads/{thread}/appointments", get(planned))
        .route("/api/threads/{thread}/outcomes", get(noted))
        .route("/api/call-backs", get(to_call))
        .route("/api/session/time-zone", put(keep_zone))
}

async fn upcoming(State(app): State<App>, me: SignedIn) -> Result<Json<AppointmentList>, Refusal> {
    let list = again(|| appointments::upcoming(&app, me.actor())).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn planned(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<AppointmentList>, Refusal> {
    let list = again(|| appointments::of_thread(&app, me.actor(), thread)).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn file(
    State(app): State<App>,
    me: SignedIn,
    PathOf(appointment): PathOf<AppointmentId>,
) -> Result<impl IntoResponse, Refusal> {
    let text = again(|| appointments::file(&app, me.actor(), appointment)).await;
    let text = text.map_err(Refusal::of(&app))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"call.ics\""),
        ),
    ];
    Ok((headers, text))
}

async fn noted(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<OutcomeList>, Refusal> {
    let list = again(|| outcomes::of_thread(&app, me.actor(), thread)).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn to_call(State(app): State<App>, me: SignedIn) -> Result<Json<CallBackList>, Refusal> {
    let list = again(|| call_backs::list(&app, me.actor())).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn keep_zone(
    State(app): State<App>,
    me: SignedIn,
    Body(wish): Body<TimeZoneOf>,
) -> Result<StatusCode, Refusal> {
    again(|| appointments::keep_zone(&app, me.actor(), &wish))
        .await
        .map_err(Refusal::of(&app))?;
    Ok(StatusCode::NO_CONTENT)
}
