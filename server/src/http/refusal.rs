//! Problems as HTTP answers (RFC 9457).

use crate::{failure::Failure, live::Entropy};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use orderline_protocol::problem::{Code, Problem};

/// An answer of `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub Problem);

/// With which code an answer refuses; it is left in the answer.
#[derive(Clone, Copy)]
pub(super) struct RefusedWith(pub Code);

/// A fault on our side is logged here, once, under the reference that the user is told.
impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let reference = Entropy.uuid(Timestamp::now()).to_string();
        failure.log(&reference);
        Self(failure.into_problem(&reference))
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
        response.extensions_mut().insert(RefusedWith(problem.code));
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
