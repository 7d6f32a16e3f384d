//! `GET /api/mailbox`: the demo's mails to the person who asks.

use super::{Paging, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{Runner, mail},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::http::Mailbox;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/mailbox", get(mailbox))
}

async fn mailbox(
    State(run): State<Runner>,
    me: SignedIn,
    Paging(wanted): Paging,
) -> Result<Json<Mailbox>, Refusal> {
    let mailbox = run
        .query(me.actor(), |query| mail::mailbox(query, &wanted).boxed())
        .await?;
    Ok(Json(mailbox))
}
