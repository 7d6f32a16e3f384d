//! One's own account.

use super::{Failure, delete, get, post, post_quiet, put_quiet};
use orderline_domain::ids::SessionId;
use orderline_protocol::{
    account::{
        AccountLinkView, AccountToken, AccountView, AskAccountLink, ChangePassword, TakeAccountLink,
    },
    http::Me,
};

/// `GET /api/account`.
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn look() -> Result<AccountView, Failure> {
    get("/api/account").await
}

/// `DELETE /api/account/sessions/{session}`.
///
/// # Errors
/// [`Failure`].
pub async fn end_session(session: SessionId) -> Result<(), Failure> {
    delete(&format!("/api/account/sessions/{session}")).await
}

/// `DELETE /api/account/sessions`: all but this one.
///
/// # Errors
/// [`Failure`].
pub async fn end_others() -> Result<(), Failure> {
    delete("/api/account/sessions").await
}

/// `PUT /api/account/password`.
///
/// # Errors
/// [`Failure`].
pub async fn change_password(wish: &ChangePassword) -> Result<(), Failure> {
    put_quiet("/api/account/password", wish).await
}

/// `POST /api/account-link`.
///
/// # Errors
/// [`Failure`].
pub async fn ask_link(wish: &AskAccountLink) -> Result<(), Failure> {
    post_quiet("/api/account-link", wish).await
}

/// `POST /api/account-link/look`.
///
/// # Errors
/// [`Failure`].
pub async fn look_at_link(token: &AccountToken) -> Result<AccountLinkView, Failure> {
    post("/api/account-link/look", token).await
}

/// `POST /api/account-link/take`.
///
/// # Errors
/// [`Failure`].
pub async fn take_link(wish: &TakeAccountLink) -> Result<Me, Failure> {
    post("/api/account-link/take", wish).await
}
