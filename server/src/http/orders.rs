//! The list of orders.

use super::{Refusal, SignedIn};
use crate::{app::App, usecase};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::OrderList;

pub fn router() -> Router<App> {
    Router::new().route("/api/orders", get(orders))
}

async fn orders(State(app): State<App>, me: SignedIn) -> Result<Json<OrderList>, Refusal> {
    let orders = usecase::offer::view::newest_orders(&app, me.actor()).await;
    orders
        .map(|orders| Json(OrderList { orders }))
        .map_err(Refusal::of(&app))
}
