//! Threads and their events.

use super::{Body, PathOf, QueryOf, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::{
        again,
        thread::{open, read},
    },
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    http::{EventPage, OpenThread, ThreadList},
    view::ThreadSnapshot,
};
use serde::Deserialize;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/threads", get(list).post(open))
        .route("/api/threads/{thread}", get(snapshot))
        .route("/api/threads/{thread}/events", get(page))
}

async fn list(State(app): State<App>, me: SignedIn) -> Result<Json<ThreadList>, Refusal> {
    let list = again(|| read::list(&app, me.actor())).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn open(
    State(app): State<App>,
    me: SignedIn,
    Body(wish): Body<OpenThread>,
) -> Result<impl IntoResponse, Refusal> {
    let summary = again(|| open::open_thread(&app, me.actor(), &wish)).await;
    summary
        .map(|summary| (StatusCode::CREATED, Json(summary)))
        .map_err(Refusal::of(&app))
}

async fn snapshot(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<ThreadSnapshot>, Refusal> {
    let snapshot = again(|| read::snapshot(&app, me.actor(), thread)).await;
    snapshot.map(Json).map_err(Refusal::of(&app))
}

#[derive(Deserialize)]
struct Which {
    before: Option<i64>,
    limit: Option<i64>,
}

async fn page(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
    QueryOf(which): QueryOf<Which>,
) -> Result<Json<EventPage>, Refusal> {
    let limit = which.limit.unwrap_or(read::MAX_PAGE);
    let page = again(|| read::page(&app, me.actor(), thread, which.before, limit)).await;
    page.map(Json).map_err(Refusal::of(&app))
}
