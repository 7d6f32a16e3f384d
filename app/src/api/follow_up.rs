//! What is planned before and noted after calls.

use super::{Failure, all, get, post, put_quiet};
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    around::{AppointmentView, CallBackView, CallOutcomes, TimeZoneOf},
    join::{JoinCode, JoinEntered, JoinLinkList, JoinToken, JoinView},
};

/// `GET /api/appointments`.
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn upcoming() -> Result<Vec<AppointmentView>, Failure> {
    all("/api/appointments").await
}

/// `GET /api/call-backs`.
///
/// # Errors
/// [`Failure`].
pub async fn call_backs() -> Result<Vec<CallBackView>, Failure> {
    all("/api/call-backs").await
}

/// `GET /api/threads/{thread}/outcomes`.
///
/// # Errors
/// [`Failure`].
pub async fn outcomes(thread: ThreadId) -> Result<Vec<CallOutcomes>, Failure> {
    all(&format!("/api/threads/{thread}/outcomes")).await
}

/// `PUT /api/session/time-zone`.
///
/// # Errors
/// [`Failure`].
pub async fn keep_zone(time_zone: String) -> Result<(), Failure> {
    put_quiet("/api/session/time-zone", &TimeZoneOf { time_zone }).await
}

/// `GET /api/threads/{thread}/join-links`.
///
/// # Errors
/// [`Failure`].
pub async fn join_links(thread: ThreadId) -> Result<JoinLinkList, Failure> {
    get(&format!("/api/threads/{thread}/join-links")).await
}

/// `POST /api/join/look`.
///
/// # Errors
/// [`Failure`].
pub async fn look(token: String) -> Result<JoinView, Failure> {
    post("/api/join/look", &JoinToken { token }).await
}

/// `POST /api/join/code`.
///
/// # Errors
/// [`Failure`].
pub async fn send_code(token: String) -> Result<JoinView, Failure> {
    post("/api/join/code", &JoinToken { token }).await
}

/// `POST /api/join/enter`.
///
/// # Errors
/// [`Failure`].
pub async fn enter(token: String, code: String) -> Result<JoinEntered, Failure> {
    post("/api/join/enter", &JoinCode { token, code }).await
}
