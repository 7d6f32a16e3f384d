//! Signing in and out.

use super::{
    Body, Client, Refusal, Somebody,
    cookie::{cookie, cookie_header, no_cookie},
};
use crate::{
    http::Web,
    live::Env,
    usecase::{
        Runner,
        people::{session, sign_in},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use orderline_protocol::{
    http::{Me, SignIn},
    problem::Code,
};

pub(super) fn router() -> Router<Web> {
    Router::new().route(
        "/api/session",
        get(who).post(sign_in_handler).delete(sign_out),
    )
}

async fn who(State(env): State<Env>, me: Somebody) -> Json<Me> {
    Json(me.person.described(&env))
}

async fn sign_in_handler(
    State(run): State<Runner>,
    Client(from): Client,
    Body(wish): Body<SignIn>,
) -> Result<impl IntoResponse, Refusal> {
    let begun = sign_in::sign_in(&run, from, &wish.email, &wish.password).await?;
    let me = session::holder(&run, &begun.token, None).await?;
    let me = me.ok_or(Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(me.described(&run.env)),
    ))
}

async fn sign_out(
    State(run): State<Runner>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let token = cookie(&headers).ok_or(Code::SignInNeeded)?;
    session::sign_out(&run, token).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([no_cookie()])))
}
