//! Links into threads: what whoever opens one meets, and the seller's list.

use super::{Body, Client, PathOf, Refusal, SignedIn, cookie::cookie_header};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::join_door::{self, Knock},
        thread::join_links::{self, Phones},
    },
};
use axum::{
    Json, Router,
    extract::State,
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::ThreadId;
use orderline_protocol::join::{JoinCode, JoinEntered, JoinLinkList, JoinToken, JoinView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/join/look", post(look))
        .route("/api/join/code", post(send_code))
        .route("/api/join/enter", post(enter))
        .route("/api/threads/{thread}/join-links", get(list))
        .route("/demo/messages", get(demo_messages))
}

async fn look(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<JoinToken>,
) -> Result<Json<JoinView>, Refusal> {
    let view = join_door::look(&run, from, &wish.token).await?;
    Ok(Json(view))
}

async fn send_code(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<JoinToken>,
) -> Result<Json<JoinView>, Refusal> {
    let view = join_door::send_code(&run, from, &wish.token).await?;
    Ok(Json(view))
}

async fn enter(
    State(run): State<Runner>,
    Client(from): Client,
    me: Result<SignedIn, Refusal>,
    Body(wish): Body<JoinCode>,
) -> Result<impl IntoResponse, Refusal> {
    let me = me.ok();
    let knock = Knock {
        from,
        token: &wish.token,
        code: &wish.code,
        here: me.as_ref().map(SignedIn::actor),
    };
    let (begun, thread) = join_door::enter(&run, knock).await?;
    let cookie = begun.map(|begun| AppendHeaders([cookie_header(&begun.token)]));
    Ok((cookie, Json(JoinEntered { thread })))
}

async fn list(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<JoinLinkList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            join_links::of_thread(query, thread).boxed()
        })
        .await?;
    Ok(Json(list))
}

/// What the demo's phones got: nothing leaves the machine, so it is looked at here.
async fn demo_messages(State(phones): State<Phones>) -> Result<String, Refusal> {
    Ok(join_links::demo_messages(&phones)?.join("\n\n"))
}
