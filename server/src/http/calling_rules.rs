//! Who may call: `/api/calling-rules` of the vendor, with what happens to contact that leads away, and
//! `/api/own-calling-rule` of each who sells.

use super::{Body, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        call::{own_rule, rules},
    },
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::{
    calling::{OwnCalling, SetOwnCalling},
    http::{CallingSettings, SetCalling},
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/calling-rules", get(read).put(write))
        .route("/api/own-calling-rule", get(read_own).put(write_own))
}

async fn read(State(run): State<Runner>, me: SignedIn) -> Result<Json<CallingSettings>, Refusal> {
    let settings = run
        .query(me.actor(), |query| rules::settings(query).boxed())
        .await?;
    Ok(Json(settings))
}

async fn write(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<SetCalling>,
) -> Result<Json<CallingSettings>, Refusal> {
    let settings = run
        .act(me.actor(), |cx| rules::set(cx, &wish).boxed())
        .await?;
    Ok(Json(settings))
}

async fn read_own(State(run): State<Runner>, me: SignedIn) -> Result<Json<OwnCalling>, Refusal> {
    let own = run
        .query(me.actor(), |query| own_rule::read(query).boxed())
        .await?;
    Ok(Json(own))
}

async fn write_own(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<SetOwnCalling>,
) -> Result<Json<OwnCalling>, Refusal> {
    let own = run
        .act(me.actor(), |cx| own_rule::set(cx, &wish).boxed())
        .await?;
    Ok(Json(own))
}
