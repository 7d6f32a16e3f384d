//! Signing in and out.

use super::{Body, Client, Refusal, SignedIn};
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
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use futures::FutureExt as _;
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

async fn who(State(env): State<Env>, SignedIn { person: me, .. }: SignedIn) -> Json<Me> {
    Json(describe(&env, me))
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
        Json(describe(&run.env, me)),
    ))
}

async fn sign_out(State(run): State<Runner>, me: SignedIn) -> Result<impl IntoResponse, Refusal> {
    run.act(me.actor(), |cx| session::sign_out(cx).boxed())
        .await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([set_cookie("", 0)])))
}

fn describe(env: &Env, me: session::SignedIn) -> Me {
    Me {
        person: me.actor.person().into(),
        vendor: me.actor.vendor,
        vendor_name: me.vendor_name,
        demo: env.config.demo,
        only_thread: me.actor.only_thread,
        proof: me.actor.proof,
        capacities: me.capacities,
    }
}
