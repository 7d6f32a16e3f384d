//! The second factor of people who need one, as they would show it: an authenticator at their first sign-in, a recovery code
//! at each later one.

use super::{Browser, PASSWORD};
use orderline_protocol::account::{AccountView, NewAuthenticator, RecoveryCodes};
use orderline_server::live::Clock;
use reqwest::StatusCode;
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes that are left, by e-mail.
static CODES: Mutex<Option<HashMap<String, Vec<String>>>> = Mutex::new(None);
/// What the server under test takes for the time.
static CLOCK: Mutex<Option<Clock>> = Mutex::new(None);

/// From now on apps read this clock, as the server does.
pub(crate) fn keep_time(clock: &Clock) {
    *CLOCK.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.clone());
}

/// What an app shows `steps` time steps from now.
pub(crate) fn code(secret: &str, steps: i64) -> String {
    let clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let now = clock.unwrap_or_else(Clock::system).now().as_second() + steps * 30;
    let totp = totp(secret);
    totp.generate(u64::try_from(now).expect("after 1970"))
        .to_string()
}

fn totp(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret).expect("base 32");
    Builder::new().with_secret(secret).build().expect("a code")
}

/// Adds an authenticator to whoever is signed in; answers its secret and the recovery codes.
pub(crate) async fn add(browser: &Browser) -> (String, Vec<String>) {
    let begun = browser
        .post("/api/account/authenticator/begin", &json!({}))
        .await;
    assert_eq!(begun.status(), StatusCode::OK, "an authenticator begins");
    let new: NewAuthenticator = begun.json().await.expect("a secret");
    let wish = json!({ "code": code(&new.secret, 0) });
    let done = browser.post("/api/account/authenticator", &wish).await;
    assert_eq!(
        done.status(),
        StatusCode::CREATED,
        "an authenticator is confirmed"
    );
    let codes: RecoveryCodes = done.json().await.expect("recovery codes");
    (new.secret, codes.codes)
}

/// Shows the second factor of whoever has just signed in.
pub(super) async fn show(browser: &Browser, email: &str) {
    let account: AccountView = browser.read("/api/account").await;
    if account.authenticator.is_none() {
        let (_, codes) = add(browser).await;
        let mut kept = CODES.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert_default().insert(email.to_owned(), codes);
        return;
    }
    let code = {
        let mut kept = CODES.lock().unwrap_or_else(PoisonError::into_inner);
        let codes = kept.get_or_insert_default().get_mut(email);
        codes.and_then(Vec::pop).expect("a recovery code is left")
    };
    let shown = browser
        .post("/api/session/again", &json!({ "code": code }))
        .await;
    assert_eq!(
        shown.status(),
        StatusCode::NO_CONTENT,
        "{email} shows a code"
    );
}

/// Shows once more who it is by the password, where that is all that the account has.
pub(crate) async fn password_again(browser: &Browser) {
    let typed = json!({ "password": PASSWORD });
    let shown = browser.post("/api/session/again", &typed).await;
    assert_eq!(shown.status(), StatusCode::NO_CONTENT);
}
