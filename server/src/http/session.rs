//! Signing in and out.

use super::{Body, Client, Refusal, Somebody, extract::cookie};
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
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use orderline_domain::job::SESSION_IDLE;
use orderline_protocol::{
    http::{Me, SignIn},
    problem::Code,
};

/// The session cookie. The prefix makes browsers insist on Secure, Path=/ and no Domain.
pub(super) const COOKIE: &str = "__Host-orderline";

pub(super) fn router() -> Router<Web> {
    Router::new().route(
        "/api/session",
        get(who).post(sign_in_handler).delete(sign_out),
    )
}

/// The header that hands a token to the browser.
pub(super) fn cookie_header(token: &str) -> (header::HeaderName, HeaderValue) {
    set_cookie(token, SESSION_IDLE.as_secs())
}

fn set_cookie(value: &str, max_age: i64) -> (header::HeaderName, HeaderValue) {
    let text =
        format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age}");
    // Tokens are hexadecimal, so the text is always a header value.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
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
    Ok((StatusCode::NO_CONTENT, AppendHeaders([set_cookie("", 0)])))
}
