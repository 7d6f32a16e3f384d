//! One's own account.

use super::{Failure, all, delete, get, post, post_empty, post_quiet, put_quiet};
use orderline_domain::ids::{PasskeyId, SessionId};
use orderline_protocol::{
    account::{
        AccountLinkView, AccountToken, AccountView, AddPasskey, AskAccountLink, Challenge,
        ChangeEmail, ChangePassword, CloseAccount, ConfirmAuthenticator, EmailLinkView,
        NewAuthenticator, OwnThread, PasskeySignIn, PasskeyView, ProveAgain, RecoveryCodes,
        TakeAccountLink,
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

/// `POST /api/account/passkeys/begin`.
///
/// # Errors
/// [`Failure`].
pub async fn begin_passkey() -> Result<Challenge, Failure> {
    post_empty("/api/account/passkeys/begin").await
}

/// `POST /api/account/passkeys`.
///
/// # Errors
/// [`Failure`].
pub async fn add_passkey(wish: &AddPasskey) -> Result<PasskeyView, Failure> {
    post("/api/account/passkeys", wish).await
}

/// `DELETE /api/account/passkeys/{passkey}`.
///
/// # Errors
/// [`Failure`].
pub async fn remove_passkey(passkey: PasskeyId) -> Result<(), Failure> {
    delete(&format!("/api/account/passkeys/{passkey}")).await
}

/// `POST /api/session/passkey/begin`.
///
/// # Errors
/// [`Failure`].
pub async fn begin_passkey_sign_in() -> Result<Challenge, Failure> {
    post_empty("/api/session/passkey/begin").await
}

/// `POST /api/session/passkey`.
///
/// # Errors
/// [`Failure`].
pub async fn passkey_sign_in(wish: &PasskeySignIn) -> Result<Me, Failure> {
    post("/api/session/passkey", wish).await
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

/// `POST /api/account/authenticator/begin`.
///
/// # Errors
/// [`Failure`].
pub async fn begin_authenticator() -> Result<NewAuthenticator, Failure> {
    post_empty("/api/account/authenticator/begin").await
}

/// `POST /api/account/authenticator`.
///
/// # Errors
/// [`Failure`].
pub async fn confirm_authenticator(code: String) -> Result<RecoveryCodes, Failure> {
    post("/api/account/authenticator", &ConfirmAuthenticator { code }).await
}

/// `DELETE /api/account/authenticator`.
///
/// # Errors
/// [`Failure`].
pub async fn remove_authenticator() -> Result<(), Failure> {
    delete("/api/account/authenticator").await
}

/// `POST /api/account/recovery-codes`.
///
/// # Errors
/// [`Failure`].
pub async fn new_recovery_codes() -> Result<RecoveryCodes, Failure> {
    post_empty("/api/account/recovery-codes").await
}

/// `POST /api/session/again`.
///
/// # Errors
/// [`Failure`].
pub async fn prove_again(wish: &ProveAgain) -> Result<(), Failure> {
    post_quiet("/api/session/again", wish).await
}

/// Every page of `GET /api/account/threads`: what one buys, at every vendor.
pub async fn own_threads() -> Result<Vec<OwnThread>, Failure> {
    all("/api/account/threads").await
}

/// `PUT /api/account/email`.
///
/// # Errors
/// [`Failure`].
pub async fn change_email(wish: &ChangeEmail) -> Result<(), Failure> {
    put_quiet("/api/account/email", wish).await
}

/// `DELETE /api/account/email`.
///
/// # Errors
/// [`Failure`].
pub async fn take_email_back() -> Result<(), Failure> {
    delete("/api/account/email").await
}

/// `POST /api/email-change/look`.
///
/// # Errors
/// [`Failure`].
pub async fn look_at_email_link(token: &AccountToken) -> Result<EmailLinkView, Failure> {
    post("/api/email-change/look", token).await
}

/// `POST /api/email-change/confirm`.
///
/// # Errors
/// [`Failure`].
pub async fn confirm_email(token: &AccountToken) -> Result<EmailLinkView, Failure> {
    post("/api/email-change/confirm", token).await
}

/// `POST /api/account/close`.
///
/// # Errors
/// [`Failure`].
pub async fn close(email: String) -> Result<(), Failure> {
    post_quiet("/api/account/close", &CloseAccount { email }).await
}
