//! Links into threads: what whoever opens one meets, and the seller's list.

use super::{Body, PathOf, Refusal, SignedIn, session::cookie_header};
use crate::{
    app::App,
    usecase::{
        again,
        people::join_door::{self, Knock},
        thread::join_links,
    },
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, State},
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use orderline_domain::ids::ThreadId;
use orderline_protocol::join::{JoinCode, JoinEntered, JoinLinkList, JoinToken, JoinView};
use std::net::SocketAddr;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/join/look", post(look))
        .route("/api/join/code", post(send_code))
        .route("/api/join/enter", post(enter))
        .route("/api/threads/{thread}/join-links", get(list))
        .route("/demo/messages", get(demo_messages))
}

async fn look(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(wish): Body<JoinToken>,
) -> Result<Json<JoinView>, Refusal> {
    let view = join_door::look(&app, from.ip(), &wish.token).await;
    view.map(Json).map_err(Refusal::of(&app))
}

async fn send_code(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(wish): Body<JoinToken>,
) -> Result<Json<JoinView>, Refusal> {
    let view = join_door::send_code(&app, from.ip(), &wish.token).await;
    view.map(Json).map_err(Refusal::of(&app))
}

async fn enter(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    me: Result<SignedIn, Refusal>,
    Body(wish): Body<JoinCode>,
) -> Result<impl IntoResponse, Refusal> {
    let me = me.ok();
    let knock = Knock {
        from: from.ip(),
        token: &wish.token,
        code: &wish.code,
        here: me.as_ref().map(SignedIn::actor),
    };
    let (begun, thread) = join_door::enter(&app, knock)
        .await
        .map_err(Refusal::of(&app))?;
    let cookie = begun.map(|begun| AppendHeaders([cookie_header(&begun.token)]));
    Ok((cookie, Json(JoinEntered { thread })))
}

async fn list(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<JoinLinkList>, Refusal> {
    let list = again(|| join_links::of_thread(&app, me.actor(), thread)).await;
    list.map(Json).map_err(Refusal::of(&app))
}

/// What the demo's phones got: nothing leaves the machine, so it is looked at here.
async fn demo_messages(State(app): State<App>) -> Result<String, Refusal> {
    let local = join_links::demo_messages(&app).map_err(Refusal::of(&app))?;
    Ok(local.join("\n\n"))
}
