//! Problems as HTTP answers (RFC 9457).

use crate::{app::App, usecase::Failure};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use orderline_protocol::problem::{Code, Problem};

/// An answer of `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub Problem);

impl Refusal {
    /// Maps a use case's failure; a fault on our side is logged here, once.
    pub fn of(app: &App) -> impl Fn(Failure) -> Self + '_ {
        |failure| Self(failure.problem(app))
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = self.0;
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = problem.retry_after_ms.map(|ms| ms.div_ceil(1000));
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
