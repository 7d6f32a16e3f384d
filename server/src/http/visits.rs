//! What the platform's people look for across vendors, and how they look into one.

use super::{AtPlatform, Body, Paging, PathOf, Refusal, SignedIn, Somebody};
use crate::{
    http::Web,
    usecase::{
        Runner,
        platform::{find, visit},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::VisitId;
use orderline_protocol::visit::{BeginVisit, Find, Findings, VisitLog, VisitView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/platform/searches", post(look))
        .route("/api/platform/visits", post(begin))
        .route("/api/visits", get(log))
        .route("/api/visits/{visit}", delete(end))
}

async fn look(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<Find>,
) -> Result<Json<Findings>, Refusal> {
    let found = run
        .steward(me.steward(), |cx| find::find(cx, &wish).boxed())
        .await?;
    Ok(Json(found))
}

async fn begin(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<BeginVisit>,
) -> Result<Json<VisitView>, Refusal> {
    let begun = run
        .steward(me.steward(), |cx| visit::begin(cx, &wish).boxed())
        .await?;
    Ok(Json(begun))
}

async fn log(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<VisitLog>, Refusal> {
    let log = run
        .query(me.actor(), |query| visit::log(query, &wanted).boxed())
        .await?;
    Ok(Json(log))
}

/// It ends from any of one's pages, whatever one acts as there.
async fn end(
    State(run): State<Runner>,
    me: Somebody,
    PathOf(id): PathOf<VisitId>,
) -> Result<StatusCode, Refusal> {
    visit::end(&run, me.person.user(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
