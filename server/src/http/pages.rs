//! The two entries of the app: the buyer's and the staff's.

use super::{Refusal, SignedIn, assets};
use crate::http::Web;
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use orderline_domain::people::roles::Entry;
use orderline_protocol::problem::Code;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/", get(start))
        .route("/j", get(buyer))
        .route("/b", get(async || Redirect::to("/b/")))
        .route("/b/", get(buyer))
        .route("/b/{*path}", get(buyer))
        .route("/s", get(async || Redirect::to("/s/")))
        .route("/s/", get(staff))
        .route("/s/{*path}", get(staff))
}

/// Sends whoever is signed in to their entry; everybody else signs in on the buyer's.
async fn start(me: Result<SignedIn, Refusal>, headers: HeaderMap) -> Result<Response, Refusal> {
    match me {
        Ok(me) => Ok(Redirect::to(match me.actor().role.entry() {
            Entry::Buyer => "/b/",
            Entry::Staff => "/s/",
        })
        .into_response()),
        Err(Refusal(problem)) if problem.code == Code::SignInNeeded => Ok(page("buyer", &headers)),
        Err(refusal) => Err(refusal),
    }
}

async fn buyer(headers: HeaderMap) -> Response {
    page("buyer", &headers)
}

async fn staff(headers: HeaderMap) -> Response {
    page("staff", &headers)
}

fn page(entry: &str, headers: &HeaderMap) -> Response {
    [
        format!("{entry}/index.html"),
        format!("{entry}/{entry}.html"),
    ]
    .iter()
    .find_map(|path| assets::file(path, headers, "no-cache"))
    .unwrap_or_else(|| {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            "The app's files are not there yet. Build them with `cargo xtask app` and reload this page; a \
             release build of the server must be built again too.\n",
        )
            .into_response()
    })
}
