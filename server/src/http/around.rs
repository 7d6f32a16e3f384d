//! What is planned before and noted after calls.

use super::{Body, Paging, PathOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
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
use futures::FutureExt as _;
use orderline_domain::ids::{AppointmentId, ThreadId};
use orderline_protocol::around::{AppointmentList, CallBackList, OutcomeList, TimeZoneOf};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/appointments", get(upcoming))
        .route("/api/appointments/{appointment}/calendar.ics", get(file))
        .route("/api/threads/{thread}/appointments", get(planned))
        .route("/api/threads/{thread}/outcomes", get(noted))
        .route("/api/call-backs", get(to_call))
        .route("/api/session/time-zone", put(keep_zone))
}

async fn upcoming(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<AppointmentList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            appointments::upcoming(query, &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn planned(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<AppointmentList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            appointments::of_thread(query, thread).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn file(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(appointment): PathOf<AppointmentId>,
) -> Result<impl IntoResponse, Refusal> {
    let text = run
        .query(me.actor(), |query| {
            appointments::file(query, appointment).boxed()
        })
        .await?;
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
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
    Paging(wanted): Paging,
) -> Result<Json<OutcomeList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            outcomes::of_thread(query, thread, &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn to_call(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<CallBackList>, Refusal> {
    let list = run
        .query(me.actor(), |query| call_backs::list(query, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn keep_zone(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<TimeZoneOf>,
) -> Result<StatusCode, Refusal> {
    run.act(me.actor(), |cx| appointments::keep_zone(cx, &wish).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
