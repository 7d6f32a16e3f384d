//! Two records of one customer become one.

use crate::{
    http::{Body, PathOf, Refusal, SignedIn, Web},
    usecase::{Runner, customer::merge},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::{CustomerView, MergeCustomers, MergedCustomers};

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/customers/{customer}/merges", get(merged).post(make))
}

async fn merged(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
) -> Result<Json<MergedCustomers>, Refusal> {
    let merged = run
        .query(me.actor(), |query| merge::merged(query, customer).boxed())
        .await?;
    Ok(Json(merged))
}

async fn make(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
    Body(wish): Body<MergeCustomers>,
) -> Result<Json<CustomerView>, Refusal> {
    let stays = run
        .act(me.actor(), |cx| merge::merge(cx, customer, &wish).boxed())
        .await?;
    Ok(Json(stays))
}
