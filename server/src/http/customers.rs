//! The vendor's customers.

use super::{Body, Paging, PathOf, QueryOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        customer::{add, edit, list, read},
    },
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use futures::FutureExt as _;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::{
    AddCustomer, CustomerList, CustomerThreads, CustomerView, EditCustomer,
};
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/customers", get(all).post(add_one))
        .route("/api/customers/{customer}", get(one).put(change))
        .route("/api/customers/{customer}/threads", get(threads))
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
}

async fn all(
    State(run): State<Runner>,
    me: SignedIn,
    QueryOf(Search { q }): QueryOf<Search>,
    Paging(wanted): Paging,
) -> Result<Json<CustomerList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            list::list(query, q.as_deref(), &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn add_one(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<AddCustomer>,
) -> Result<impl IntoResponse, Refusal> {
    let added = run
        .act(me.actor(), |cx| add::add(cx, &wish).boxed())
        .await?;
    Ok((StatusCode::CREATED, Json(added)))
}

async fn one(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
) -> Result<Json<CustomerView>, Refusal> {
    let found = run
        .query(me.actor(), |query| read::read(query, customer).boxed())
        .await?;
    Ok(Json(found))
}

async fn change(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
    Body(wish): Body<EditCustomer>,
) -> Result<Json<CustomerView>, Refusal> {
    let saved = run
        .act(me.actor(), |cx| edit::edit(cx, customer, &wish).boxed())
        .await?;
    Ok(Json(saved))
}

async fn threads(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
    Paging(wanted): Paging,
) -> Result<Json<CustomerThreads>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            read::threads(query, customer, &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}
