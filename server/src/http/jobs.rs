//! What the installation's jobs did.

use super::{Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{Runner, jobs::list},
};
use axum::{Json, Router, extract::State, routing::get};
use futures::FutureExt as _;
use orderline_protocol::system::JobsView;

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/jobs", get(all))
}

async fn all(State(run): State<Runner>, me: SignedIn) -> Result<Json<JobsView>, Refusal> {
    let jobs = run
        .query(me.actor(), |query| list::list(query).boxed())
        .await?;
    Ok(Json(jobs))
}
