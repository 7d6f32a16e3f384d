//! The sockets: thin adapters around pure reducers.

pub(crate) mod call;
mod effects;
mod limits;
pub(crate) mod session;
#[cfg(test)]
mod session_tests;
pub(crate) mod socket;
mod threads;

use crate::http::Web;
use axum::Router;

/// The sockets' routes.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .merge(socket::router())
        .merge(call::socket::router())
}
