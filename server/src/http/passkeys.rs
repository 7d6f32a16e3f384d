//! Passkeys: of one's account, and signing in with one.

use super::{Body, Client, PathOf, Refusal, Somebody, cookie::cookie_header, origin::Here};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::{passkeys, session},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
    routing::{delete, post},
};
use orderline_domain::ids::PasskeyId;
use orderline_protocol::{
    account::{AddPasskey, Challenge, PasskeySignIn},
    problem::Code,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/account/passkeys", post(add))
        .route("/api/account/passkeys/begin", post(begin_adding))
        .route("/api/account/passkeys/{passkey}", delete(remove))
        .route("/api/session/passkey", post(sign_in))
        .route("/api/session/passkey/begin", post(begin_sign_in))
}

async fn begin_adding(
    State(run): State<Runner>,
    Here(origin): Here,
    me: Somebody,
) -> Result<Json<Challenge>, Refusal> {
    Ok(Json(
        passkeys::begin_adding(&run, &me.person, &origin).await?,
    ))
}

async fn add(
    State(run): State<Runner>,
    Here(origin): Here,
    me: Somebody,
    Body(wish): Body<AddPasskey>,
) -> Result<impl IntoResponse, Refusal> {
    let added = passkeys::add(&run, &me.person, &origin, &wish).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

async fn remove(
    State(run): State<Runner>,
    me: Somebody,
    PathOf(passkey): PathOf<PasskeyId>,
) -> Result<StatusCode, Refusal> {
    passkeys::remove(&run, &me.person, passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin_sign_in(
    State(run): State<Runner>,
    Client(from): Client,
    Here(origin): Here,
) -> Result<Json<Challenge>, Refusal> {
    Ok(Json(passkeys::begin_sign_in(&run, from, &origin).await?))
}

async fn sign_in(
    State(run): State<Runner>,
    Client(from): Client,
    Here(origin): Here,
    Body(wish): Body<PasskeySignIn>,
) -> Result<impl IntoResponse, Refusal> {
    let begun = passkeys::sign_in(&run, from, &origin, &wish).await?;
    let me = session::holder(&run, &begun.token, None).await?;
    let me = me.ok_or(Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(me.described(&run.env)),
    ))
}
