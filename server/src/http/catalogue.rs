//! Products and plans, and with whom their buyers contract.

use super::{Body, Paging, PathOf, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        catalogue::{add, change, read, switch},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post, put},
};
use futures::FutureExt as _;
use orderline_domain::ids::ProductId;
use orderline_protocol::{
    catalogue::{AddProduct, ChangeProduct, PartnerList, SwitchProduct},
    http::{Catalogue, CatalogueProduct},
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/catalogue", get(catalogue))
        .route("/api/partners", get(partners))
        .route("/api/products", post(add))
        .route("/api/products/{product}", put(change))
        .route("/api/products/{product}/active", put(switch))
}

async fn catalogue(State(run): State<Runner>, me: SignedIn) -> Result<Json<Catalogue>, Refusal> {
    let catalogue = run
        .query(me.actor(), |query| read::catalogue(query).boxed())
        .await?;
    Ok(Json(catalogue))
}

async fn partners(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<PartnerList>, Refusal> {
    let list = run
        .query(me.actor(), |query| read::partners(query, &wanted).boxed())
        .await?;
    Ok(Json(list))
}

async fn add(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<AddProduct>,
) -> Result<impl IntoResponse, Refusal> {
    let product = run
        .act(me.actor(), |cx| add::add_product(cx, &wish).boxed())
        .await?;
    Ok((StatusCode::CREATED, Json(product)))
}

async fn change(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(product): PathOf<ProductId>,
    Body(wish): Body<ChangeProduct>,
) -> Result<Json<CatalogueProduct>, Refusal> {
    let product = run
        .act(me.actor(), |cx| {
            change::change_product(cx, product, &wish).boxed()
        })
        .await?;
    Ok(Json(product))
}

async fn switch(
    State(run): State<Runner>,
    me: SignedIn,
    PathOf(product): PathOf<ProductId>,
    Body(wish): Body<SwitchProduct>,
) -> Result<Json<CatalogueProduct>, Refusal> {
    let product = run
        .act(me.actor(), |cx| {
            switch::switch_product(cx, product, wish).boxed()
        })
        .await?;
    Ok(Json(product))
}
