//! The list of orders.

use super::{Paging, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{self, Runner},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::http::OrderList;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/orders", get(orders))
}

async fn orders(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<OrderList>, Refusal> {
    let orders = run
        .query(me.actor(), |query| {
            usecase::offer::view::orders(query, &wanted).boxed()
        })
        .await?;
    Ok(Json(orders))
}
