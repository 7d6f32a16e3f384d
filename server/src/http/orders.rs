//! The list of orders.

use super::{Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{self, Runner},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::http::OrderList;

pub fn router() -> Router<Web> {
    Router::new().route("/api/orders", get(orders))
}

async fn orders(State(run): State<Runner>, me: SignedIn) -> Result<Json<OrderList>, Refusal> {
    let orders = run
        .query(me.actor(), |query| {
            usecase::offer::view::newest_orders(query).boxed()
        })
        .await?;
    Ok(Json(OrderList { orders }))
}
