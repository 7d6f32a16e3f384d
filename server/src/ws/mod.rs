//! The sockets: thin adapters around pure reducers.

pub mod call;
mod effects;
mod limits;
pub mod session;
#[cfg(test)]
mod session_tests;
pub mod socket;
mod threads;

use crate::http::Web;
use axum::Router;

/// The sockets' routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(socket::router())
        .merge(call::socket::router())
}
