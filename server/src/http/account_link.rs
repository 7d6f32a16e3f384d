//! Links to accounts, for whoever has no password or has forgotten it.

use super::{Body, Client, Refusal, cookie::cookie_header};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{account_link, session},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
    routing::post,
};
use orderline_protocol::{
    account::{AccountLinkView, AccountToken, AskAccountLink, TakeAccountLink},
    problem::Code,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/account-link", post(ask))
        .route("/api/account-link/look", post(look))
        .route("/api/account-link/take", post(take))
}

async fn ask(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<AskAccountLink>,
) -> Result<StatusCode, Refusal> {
    account_link::ask(&run, from, &wish).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn look(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<AccountToken>,
) -> Result<Json<AccountLinkView>, Refusal> {
    Ok(Json(account_link::look(&run, from, &wish.token).await?))
}

async fn take(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<TakeAccountLink>,
) -> Result<impl IntoResponse, Refusal> {
    let begun = account_link::take(&run, from, &wish).await?;
    let me = session::holder(&run, &begun.token, None).await?;
    let me = me.ok_or(Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(me.described(&run.env)),
    ))
}
