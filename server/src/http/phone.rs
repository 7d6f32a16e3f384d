//! Phone numbers as they are understood while they are typed: the world's number plan is too large for a page.

use super::{Body, Refusal, SignedIn};
use crate::{http::Web, usecase::number_plan};
use axum::{Json, Router, routing::post};
use orderline_protocol::{
    http::{PhoneTyped, PhoneUnderstood},
    problem::Problem,
};

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/phone", post(understand))
}

async fn understand(
    _: SignedIn,
    Body(wish): Body<PhoneTyped>,
) -> Result<Json<PhoneUnderstood>, Refusal> {
    let understood = number_plan::understand(&wish);
    Ok(Json(understood.map_err(|bad| Refusal(Problem::from(bad)))?))
}
