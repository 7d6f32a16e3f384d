//! Threads and their events.

use super::{Body, Paging, PathOf, QueryOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        thread::{open, read},
    },
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use futures::FutureExt as _;
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    http::{EventPage, OpenThread, ThreadList},
    thread::ThreadSnapshot,
};
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/threads", get(list).post(open))
        .route("/api/threads/{thread}", get(snapshot))
        .route("/api/threads/{thread}/events", get(page))
}

async fn list(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<ThreadList>, Refusal> {
    let list = run
        .query(me.actor(), |query| read::list(query, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn open(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<OpenThread>,
) -> Result<impl IntoResponse, Refusal> {
    let summary = run
        .act(me.actor(), |cx| open::open_thread(cx, &wish).boxed())
        .await?;
    Ok((StatusCode::CREATED, Json(summary)))
}

async fn snapshot(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<ThreadSnapshot>, Refusal> {
    let snapshot = run
        .query(me.actor(), |query| read::snapshot(query, thread).boxed())
        .await?;
    Ok(Json(snapshot))
}

#[derive(Deserialize)]
struct Which {
    before: Option<i64>,
    limit: Option<i64>,
}

async fn page(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
    QueryOf(which): QueryOf<Which>,
) -> Result<Json<EventPage>, Refusal> {
    let limit = which.limit.unwrap_or(read::MAX_PAGE);
    let page = run
        .query(me.actor(), |query| {
            read::page(query, thread, which.before, limit).boxed()
        })
        .await?;
    Ok(Json(page))
}
