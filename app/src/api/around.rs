//! What is planned before and noted after calls.

use super::{Failure, checked, get};
use gloo_net::http::Request;
use orderline_domain::ids::ThreadId;
use orderline_protocol::around::{AppointmentList, CallBackList, OutcomeList, TimeZoneOf};

/// `GET /api/appointments`.
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn upcoming() -> Result<AppointmentList, Failure> {
    get("/api/appointments").await
}

/// `GET /api/call-backs`.
///
/// # Errors
/// [`Failure`].
pub async fn call_backs() -> Result<CallBackList, Failure> {
    get("/api/call-backs").await
}

/// `GET /api/threads/{thread}/outcomes`.
///
/// # Errors
/// [`Failure`].
pub async fn outcomes(thread: ThreadId) -> Result<OutcomeList, Failure> {
    get(&format!("/api/threads/{thread}/outcomes")).await
}

/// `PUT /api/session/time-zone`.
///
/// # Errors
/// [`Failure`].
pub async fn keep_zone(time_zone: String) -> Result<(), Failure> {
    let request = Request::put("/api/session/time-zone")
        .header("accept", "application/json")
        .json(&TimeZoneOf { time_zone })
        .map_err(|_| Failure::Unreadable)?;
    let response = request.send().await.map_err(|_| Failure::Offline)?;
    checked(response).await.map(|_| ())
}
