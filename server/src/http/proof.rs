//! How a session's person showed who they are, and the code by which they show more.

use super::{Body, Refusal, SignedIn};
use crate::{
    http::Web,
    usecase::{
        Runner,
        people::prove::{self, SessionSecret},
    },
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_protocol::http::{AskProofCode, ProofCode, ProofView};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/session/proof", get(look).post(enter))
        .route("/api/session/proof/code", post(send_code))
}

async fn look(State(run): State<Runner>, me: SignedIn) -> Result<Json<ProofView>, Refusal> {
    let view = run.query(me.actor(), |query| prove::look(query).boxed());
    Ok(Json(view.await?))
}

async fn send_code(
    State(run): State<Runner>,
    me: SignedIn,
    secret: SessionSecret,
    Body(wish): Body<AskProofCode>,
) -> Result<Json<ProofView>, Refusal> {
    let view = run.act(me.actor(), |cx| prove::send_code(cx, secret, &wish).boxed());
    Ok(Json(view.await?))
}

async fn enter(
    State(run): State<Runner>,
    me: SignedIn,
    secret: SessionSecret,
    Body(wish): Body<ProofCode>,
) -> Result<Json<ProofView>, Refusal> {
    let view = prove::enter(&run, me.actor(), secret, &wish).await?;
    Ok(Json(view))
}
