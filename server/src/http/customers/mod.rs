//! The vendor's customers.

mod addresses;
mod files;
mod merges;

use super::{Body, Paging, PathOf, QueryOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        customer::{add, assign, edit, list, read},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::CustomerId;
use orderline_protocol::customer::{
    AddCustomer, CustomerGroups, CustomerList, CustomerMoves, CustomerThreads, CustomerView,
    CustomersMoved, EditCustomer, Found, MoveCustomers, Reps,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/customers", get(all).post(add_one))
        .route("/api/customers/moves", post(assign_many))
        .route("/api/customers/reps", get(reps))
        .route("/api/customers/groups", get(groups))
        .route("/api/customers/{customer}", get(one).put(change))
        .merge(addresses::router())
        .merge(files::router())
        .merge(merges::router())
        .route("/api/customers/{customer}/moves", get(moves))
        .route("/api/customers/{customer}/threads", get(threads))
}

async fn all(
    State(run): State<Runner>,
    me: SignedIn,
    QueryOf(narrowed): QueryOf<Found>,
    Paging(wanted): Paging,
) -> Result<Json<CustomerList>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            list::list(query, &narrowed, &wanted).boxed()
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

async fn assign_many(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<MoveCustomers>,
) -> Result<Json<CustomersMoved>, Refusal> {
    let moved = run
        .act(me.actor(), |cx| assign::assign(cx, &wish).boxed())
        .await?;
    Ok(Json(moved))
}

async fn reps(State(run): State<Runner>, me: SignedIn) -> Result<Json<Reps>, Refusal> {
    let reps = run
        .query(me.actor(), |query| assign::reps(query).boxed())
        .await?;
    Ok(Json(reps))
}

async fn moves(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(customer): PathOf<CustomerId>,
    Paging(wanted): Paging,
) -> Result<Json<CustomerMoves>, Refusal> {
    let list = run
        .query(me.actor(), |query| {
            read::moves(query, customer, &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn groups(State(run): State<Runner>, me: SignedIn) -> Result<Json<CustomerGroups>, Refusal> {
    let groups = run
        .query(me.actor(), |query| read::groups(query).boxed())
        .await?;
    Ok(Json(groups))
}
