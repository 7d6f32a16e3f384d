//! One's own account.

use super::{Body, Client, Paging, PathOf, Refusal, Somebody};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{account, close, own_threads},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get, post, put},
};
use orderline_domain::ids::SessionId;
use orderline_protocol::account::{AccountView, ChangePassword, CloseAccount, OwnThreads};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/account", get(look))
        .route("/api/account/threads", get(threads))
        .route("/api/account/password", put(change_password))
        .route("/api/account/close", post(close))
        .route("/api/account/sessions", delete(end_others))
        .route("/api/account/sessions/{session}", delete(end))
}

async fn look(State(run): State<Runner>, me: Somebody) -> Result<Json<AccountView>, Refusal> {
    Ok(Json(account::look(&run, &me.person).await?))
}

async fn threads(
    State(run): State<Runner>,
    me: Somebody,
    Paging(wanted): Paging,
) -> Result<Json<OwnThreads>, Refusal> {
    Ok(Json(own_threads::list(&run, &me.person, &wanted).await?))
}

async fn end(
    State(run): State<Runner>,
    me: Somebody,
    PathOf(session): PathOf<SessionId>,
) -> Result<StatusCode, Refusal> {
    account::end(&run, &me.person, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_others(State(run): State<Runner>, me: Somebody) -> Result<StatusCode, Refusal> {
    account::end_others(&run, &me.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_password(
    State(run): State<Runner>,
    Client(from): Client,
    me: Somebody,
    Body(wish): Body<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    account::change_password(&run, from, &me.person, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(
    State(run): State<Runner>,
    me: Somebody,
    Body(wish): Body<CloseAccount>,
) -> Result<StatusCode, Refusal> {
    close::close(&run, &me.person, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}
