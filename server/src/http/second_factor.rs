//! The second factor of an account, and showing once more who holds a session.

use super::{Body, Client, Refusal, Somebody, origin::Here};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{
            again::{self, Place},
            authenticator,
        },
    },
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use orderline_protocol::account::{
    ConfirmAuthenticator, NewAuthenticator, ProveAgain, RecoveryCodes,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/account/authenticator/begin", post(begin))
        .route("/api/account/authenticator", post(confirm).delete(remove))
        .route("/api/account/recovery-codes", post(new_codes))
        .route("/api/session/again", post(prove_again))
}

async fn begin(State(run): State<Runner>, me: Somebody) -> Result<Json<NewAuthenticator>, Refusal> {
    Ok(Json(authenticator::begin(&run, &me.person).await?))
}

async fn confirm(
    State(run): State<Runner>,
    Client(from): Client,
    me: Somebody,
    Body(wish): Body<ConfirmAuthenticator>,
) -> Result<impl IntoResponse, Refusal> {
    let codes = authenticator::confirm(&run, from, &me.person, &wish.code).await?;
    Ok((StatusCode::CREATED, Json(codes)))
}

async fn new_codes(
    State(run): State<Runner>,
    me: Somebody,
) -> Result<Json<RecoveryCodes>, Refusal> {
    Ok(Json(authenticator::new_codes(&run, &me.person).await?))
}

async fn remove(State(run): State<Runner>, me: Somebody) -> Result<StatusCode, Refusal> {
    authenticator::remove(&run, &me.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn prove_again(
    State(run): State<Runner>,
    Client(from): Client,
    Here(origin): Here,
    me: Somebody,
    Body(wish): Body<ProveAgain>,
) -> Result<StatusCode, Refusal> {
    let place = Place {
        from,
        origin: &origin,
    };
    again::prove(&run, &me.person, place, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}
