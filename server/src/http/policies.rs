//! Policies, and the page on which a buyer accepts an order in writing.

use super::{PathOf, Refusal, SignedIn};
use crate::{
    app::App,
    usecase::{again, order::acceptance, policy::edit},
};
use axum::{Json, Router, extract::State, routing::get};
use orderline_domain::{
    ids::{OrderId, ThreadId},
    policy::PolicyScope,
};
use orderline_protocol::policy::{AcceptancePage, PolicyHistory, PolicyList, PolicyView};

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/policies", get(list))
        .route("/api/policies/{scope}", get(history))
        .route("/api/threads/{thread}/policy", get(of_thread))
        .route("/api/orders/{order}/acceptance", get(page))
}

async fn list(State(app): State<App>, me: SignedIn) -> Result<Json<PolicyList>, Refusal> {
    let list = again(|| edit::list(&app, me.actor())).await;
    list.map(Json).map_err(Refusal::of(&app))
}

async fn history(
    State(app): State<App>,
    me: SignedIn,
    PathOf(scope): PathOf<PolicyScope>,
) -> Result<Json<PolicyHistory>, Refusal> {
    let history = again(|| edit::history(&app, me.actor(), scope)).await;
    history.map(Json).map_err(Refusal::of(&app))
}

async fn of_thread(
    State(app): State<App>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<PolicyView>, Refusal> {
    let policy = again(|| edit::of_thread(&app, me.actor(), thread)).await;
    policy.map(Json).map_err(Refusal::of(&app))
}

async fn page(
    State(app): State<App>,
    me: SignedIn,
    PathOf(order): PathOf<OrderId>,
) -> Result<Json<AcceptancePage>, Refusal> {
    let page = again(|| acceptance::page(&app, me.actor(), order)).await;
    page.map(Json).map_err(Refusal::of(&app))
}
