//! Who has which of the platform's roles.

use super::{AtPlatform, Body, Paging, PathOf, Refusal};
use crate::{
    http::Web,
    usecase::{Runner, platform::people},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get},
};
use futures::FutureExt as _;
use orderline_domain::{ids::UserId, people::roles::Role};
use orderline_protocol::visit::{GiveRole, StewardList};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/platform/people", get(list).post(give))
        .route("/api/platform/people/{user}/roles/{role}", delete(take))
}

async fn list(
    State(run): State<Runner>,
    me: AtPlatform,
    Paging(wanted): Paging,
) -> Result<Json<StewardList>, Refusal> {
    let list = run
        .steward(me.steward(), |cx| people::list(cx, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn give(
    State(run): State<Runner>,
    me: AtPlatform,
    Body(wish): Body<GiveRole>,
) -> Result<StatusCode, Refusal> {
    run.steward(me.steward(), |cx| people::give(cx, &wish).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn take(
    State(run): State<Runner>,
    me: AtPlatform,
    PathOf((user, role)): PathOf<(UserId, Role)>,
) -> Result<StatusCode, Refusal> {
    run.steward(me.steward(), |cx| people::take(cx, user, role).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
