//! Another address for one's account.

use super::{Body, Client, Refusal, Somebody};
use crate::{
    http::Web,
    usecase::{Runner, people::email_change},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{post, put},
};
use orderline_protocol::account::{AccountToken, ChangeEmail, EmailLinkView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/account/email", put(ask).delete(take_back))
        .route("/api/email-change/look", post(look))
        .route("/api/email-change/confirm", post(confirm))
}

async fn ask(
    State(run): State<Runner>,
    Client(from): Client,
    me: Somebody,
    Body(wish): Body<ChangeEmail>,
) -> Result<StatusCode, Refusal> {
    email_change::ask(&run, from, &me.person, &wish).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn take_back(State(run): State<Runner>, me: Somebody) -> Result<StatusCode, Refusal> {
    email_change::take_back(&run, &me.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn look(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<AccountToken>,
) -> Result<Json<EmailLinkView>, Refusal> {
    Ok(Json(email_change::look(&run, from, &wish.token).await?))
}

async fn confirm(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<AccountToken>,
) -> Result<Json<EmailLinkView>, Refusal> {
    Ok(Json(email_change::confirm(&run, from, &wish.token).await?))
}
