//! What surrounds every request: limits, protection against other sites, security headers, one log line.

use super::Refusal;
use crate::{config::is_this_machine, http::Web, live::Env, spans, usecase::Runner};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, uri::Authority},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use orderline_protocol::problem::Code;
use std::time::{Duration, Instant};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tracing::Instrument as _;

/// Largest request body, in bytes.
pub(super) const MAX_BODY: usize = 256 * 1024;
/// A handler that has not begun to answer after this is given up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Puts the layers around the routes.
pub(super) fn around(routes: Router<Web>, env: &Env) -> Router<Web> {
    let policy = content_policy(env);
    let csrf = CsrfLayer::new().with_rejection_response(|_: ProtectionError| -> Response {
        Refusal(Code::NotAllowed.into()).into_response()
    });
    let demo = env.config.demo;
    routes
        .layer(middleware::from_fn(
            move |request: Request, next: Next| async move {
                if demo && !names_this_machine(&request) {
                    return Refusal(Code::NotFound.into()).into_response();
                }
                next.run(request).await
            },
        ))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(time_out))
        .layer(csrf)
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let policy = policy.clone();
            async move {
                let mut response = next.run(request).await;
                protect(&mut response, policy);
                response
            }
        }))
}

/// The demo asks for no password: it answers those who know it by a name of this machine alone, so that no page from
/// elsewhere gets in under a name of its own.
fn names_this_machine(request: &Request) -> bool {
    let host = request.headers().get(header::HOST);
    host.and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<Authority>().ok())
        .is_some_and(|host| is_this_machine(host.host()))
}

/// No inline script or style, nothing from elsewhere, no framing.
fn content_policy(env: &Env) -> HeaderValue {
    // `'self'` covers sockets of the page's own host; a call's socket is on the node that owns the call.
    let node = env.node_url.replacen("http", "ws", 1);
    let text = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' {node}; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn protect(response: &mut Response, policy: HeaderValue) {
    const FIXED: [(&str, &str); 5] = [
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        (
            "permissions-policy",
            "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()",
        ),
    ];
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIXED {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    // What a person sees is nobody else's to keep; assets say otherwise themselves.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

async fn time_out(request: Request<Body>, next: Next) -> Response {
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Code::Unavailable.into()).into_response(),
    }
}

/// One line a request: what was asked (the route's pattern, never the path with its ids) and what came of it. All that
/// happens for it stands in one span, and the answer says its id.
pub(super) async fn log(State(run): State<Runner>, request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let id = run.env.entropy.uuid(run.env.clock.now());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let span = spans::request(id, method.as_str(), &route);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(spans::REQUEST_ID, id);
    }
    let status = response.status();
    let duration = started.elapsed();
    metrics::counter!("orderline_http_requests_total",
        "route" => route.clone(), "status" => status.as_u16().to_string())
    .increment(1);
    metrics::histogram!("orderline_http_seconds", "route" => route.clone()).record(duration);
    let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let _within = span.enter();
    if status == StatusCode::SWITCHING_PROTOCOLS || !status.is_server_error() {
        tracing::info!(%method, route, status = status.as_u16(), duration_ms, "request");
    } else {
        tracing::warn!(%method, route, status = status.as_u16(), duration_ms, "request");
    }
    response
}
