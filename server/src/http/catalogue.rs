//! Products and plans.

use super::{Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{Runner, catalogue},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::http::Catalogue;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/catalogue", get(catalogue))
}

async fn catalogue(State(run): State<Runner>, me: SignedIn) -> Result<Json<Catalogue>, Refusal> {
    let catalogue = run
        .query(me.actor(), |query| catalogue::catalogue(query).boxed())
        .await?;
    Ok(Json(catalogue))
}
