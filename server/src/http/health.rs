//! For whoever watches the server.

use super::{Client, Refusal, Web};
use crate::{
    live::Env,
    usecase::{checkup::probe, readiness, recording::playback::Archive},
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use orderline_protocol::{problem::Code, system::Readiness};
use sha2::{Digest as _, Sha256};
use std::{
    net::{IpAddr, SocketAddr},
    sync::LazyLock,
};

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/livez", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(numbers))
}

/// The process's recorder; its numbers are the process's, however many servers a test runs in it.
static RECORDER: LazyLock<Option<PrometheusHandle>> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().ok());

/// Begins to count; before this, counts go nowhere.
pub(crate) fn start_counting() {
    LazyLock::force(&RECORDER);
}

/// That the process lives; which one it is, and whom it takes for the client, for who sets proxies up.
async fn alive(State(env): State<Env>, Client(client): Client) -> impl IntoResponse {
    (AppendHeaders(probe::told(env.node, client)), "ok\n")
}

/// Whether a call could be made here now; what is missing stands in words.
async fn ready(State(archive): State<Archive>) -> (StatusCode, Json<Readiness>) {
    let readiness = readiness::readiness(&archive).await;
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}

/// From this machine, or with the token.
async fn numbers(
    State(env): State<Env>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<String, Refusal> {
    if !(is_near(&env, from.ip(), &headers) || has_token(&env, &headers)) {
        return Err(Code::NotFound.into());
    }
    render(&env)
}

/// Where an address of its own gives numbers alone out, whoever reaches it may have them.
pub(crate) fn numbers_alone(env: Env) -> Router {
    let all = async |State(env): State<Env>| render(&env);
    Router::new().route("/metrics", get(all)).with_state(env)
}

/// Asked on this machine itself. Where a proxy may stand before the server, so does the whole world: some say nothing
/// of whom they speak for.
fn is_near(env: &Env, peer: IpAddr, headers: &HeaderMap) -> bool {
    const FORWARDED: [&str; 5] = [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-real-ip",
        "via",
    ];
    let http = &env.config.http;
    peer.is_loopback()
        && http.public_url.is_none()
        && !http.proxies.any()
        && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}

fn render(env: &Env) -> Result<String, Refusal> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge is a float; sockets are few"
    )]
    metrics::gauge!("orderline_sockets").set(env.hub.sockets() as f64);
    let handle = RECORDER.as_ref().ok_or(Code::Unavailable)?;
    Ok(handle.render())
}

fn has_token(env: &Env, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match (&env.config.http.metrics_token, given) {
        // Digests are compared, so that the time taken says nothing about the token.
        (Some(token), Some(given)) => Sha256::digest(token.reveal()) == Sha256::digest(given),
        _ => false,
    }
}
