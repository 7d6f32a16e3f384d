//! Products and plans.

use super::{Refusal, SignedIn};
use crate::{app::App, usecase};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::Catalogue;

pub fn router() -> Router<App> {
    Router::new().route("/api/catalogue", get(catalogue))
}

async fn catalogue(State(app): State<App>, me: SignedIn) -> Result<Json<Catalogue>, Refusal> {
    let catalogue = usecase::again(|| usecase::catalogue::catalogue(&app, me.actor())).await;
    catalogue.map(Json).map_err(Refusal::of(&app))
}
