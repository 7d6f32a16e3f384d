//! Policies, and the page on which a buyer accepts an order in writing.

use super::{PathOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{Runner, order::acceptance, policy::edit},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_domain::{
    ids::{OrderId, ThreadId},
    policy::PolicyScope,
};
use orderline_protocol::{
    order::AcceptancePage,
    policy::{PolicyHistory, PolicyList, PolicyView},
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/policies", get(list))
        .route("/api/policies/{scope}", get(history))
        .route("/api/threads/{thread}/policy", get(of_thread))
        .route("/api/orders/{order}/acceptance", get(page))
}

async fn list(State(run): State<Runner>, me: SignedIn) -> Result<Json<PolicyList>, Refusal> {
    let list = run
        .query(me.actor(), |query| edit::list(query).boxed())
        .await?;
    Ok(Json(list))
}

async fn history(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(scope): PathOf<PolicyScope>,
) -> Result<Json<PolicyHistory>, Refusal> {
    let history = run
        .query(me.actor(), |query| edit::history(query, scope).boxed())
        .await?;
    Ok(Json(history))
}

async fn of_thread(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<PolicyView>, Refusal> {
    let policy = run
        .query(me.actor(), |query| edit::of_thread(query, thread).boxed())
        .await?;
    Ok(Json(policy))
}

async fn page(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(order): PathOf<OrderId>,
) -> Result<Json<AcceptancePage>, Refusal> {
    let page = run
        .query(me.actor(), |query| acceptance::page(query, order).boxed())
        .await?;
    Ok(Json(page))
}
