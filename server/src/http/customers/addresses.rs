//! The addresses in a customer's record.

use crate::{
    http::{Body, PathOf, Refusal, SignedIn, Web},
    usecase::{
        Runner,
        customer::{addresses, buyer},
    },
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, put},
};
use futures::FutureExt as _;
use orderline_domain::ids::{AddressId, CustomerId, ThreadId};
use orderline_protocol::customer::{CustomerAddresses, KnownBuyer, PutAddress};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/customers/{customer}/addresses", get(all))
        .route(
            "/api/customers/{customer}/addresses/{address}",
            put(keep).delete(remove),
        )
        .route("/api/threads/{thread}/buyer", get(known))
}

async fn all(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
) -> Result<Json<CustomerAddresses>, Refusal> {
    let all = run
        .query(me.actor(), |query| addresses::read(query, customer).boxed())
        .await?;
    Ok(Json(all))
}

async fn keep(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(which): PathOf<(CustomerId, AddressId)>,
    Body(wish): Body<PutAddress>,
) -> Result<Json<CustomerAddresses>, Refusal> {
    let all = run
        .act(me.actor(), |cx| addresses::put(cx, which, &wish).boxed())
        .await?;
    Ok(Json(all))
}

async fn remove(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(which): PathOf<(CustomerId, AddressId)>,
) -> Result<Json<CustomerAddresses>, Refusal> {
    let all = run
        .act(me.actor(), |cx| addresses::remove(cx, which).boxed())
        .await?;
    Ok(Json(all))
}

async fn known(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(thread): PathOf<ThreadId>,
) -> Result<Json<KnownBuyer>, Refusal> {
    let known = run
        .query(me.actor(), |query| buyer::known(query, thread).boxed())
        .await?;
    Ok(Json(known))
}
