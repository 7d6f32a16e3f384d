//! `GET /api/mailbox`: the demo's mails to the person who asks.

use super::{Refusal, SignedIn};
use crate::{
    app::App,
    usecase::{again, mail},
};
use axum::{Json, Router, extract::State, routing::get};
use orderline_protocol::http::Mailbox;

pub fn router() -> Router<App> {
    Router::new().route("/api/mailbox", get(mailbox))
}

async fn mailbox(State(app): State<App>, me: SignedIn) -> Result<Json<Mailbox>, Refusal> {
    let mailbox = again(|| mail::mailbox(&app, me.actor())).await;
    mailbox.map(Json).map_err(Refusal::of(&app))
}
