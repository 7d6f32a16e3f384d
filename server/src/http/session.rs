//! Signing in and out.

use super::{Body, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::people::{session, sign_in},
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, State},
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use orderline_protocol::{
    http::{Me, SignIn},
    view::Person,
};
use std::net::SocketAddr;

/// The session cookie. The prefix makes browsers insist on Secure, Path=/ and no Domain.
pub const COOKIE: &str = "__Host-orderline";

pub fn router() -> Router<App> {
    Router::new().route(
        "/api/session",
        get(who).post(sign_in_handler).delete(sign_out),
    )
}

/// The header that hands a token to the browser.
pub fn cookie_header(token: &str) -> (header::HeaderName, HeaderValue) {
    set_cookie(token, session::IDLE_SECONDS)
}

fn set_cookie(value: &str, max_age: i64) -> (header::HeaderName, HeaderValue) {
    let text =
        format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age}");
    // Tokens are hexadecimal, so the text is always a header value.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

async fn who(State(app): State<App>, SignedIn(me): SignedIn) -> Json<Me> {
    Json(describe(&app, me))
}

async fn sign_in_handler(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(wish): Body<SignIn>,
) -> Result<impl IntoResponse, Refusal> {
    let begun = sign_in::sign_in(&app, from.ip(), &wish.email, &wish.password)
        .await
        .map_err(Refusal::of(&app))?;
    let me = session::holder(&app, &begun.token)
        .await
        .map_err(Refusal::of(&app))?
        .ok_or(orderline_protocol::problem::Code::SignInNeeded)?;
    Ok((
        AppendHeaders([cookie_header(&begun.token)]),
        Json(describe(&app, me)),
    ))
}

async fn sign_out(State(app): State<App>, me: SignedIn) -> Result<impl IntoResponse, Refusal> {
    session::sign_out(&app, me.actor())
        .await
        .map_err(Refusal::of(&app))?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([set_cookie("", 0)])))
}

fn describe(app: &App, me: session::SignedIn) -> Me {
    Me {
        person: Person {
            user: me.actor.user,
            name: me.actor.name,
            role: me.actor.role,
        },
        vendor: me.actor.vendor,
        vendor_name: me.vendor_name,
        demo: app.config.demo,
        only_thread: me.actor.only_thread,
    }
}
