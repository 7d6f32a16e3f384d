//! The second factor, and showing once more who one is (P3).

use crate::{
    asks::{ask, page, question},
    support::{
        Browser, PASSWORD, TestApp,
        client::problem,
        second_factor::{add, code, password_again},
    },
};
use orderline_protocol::{
    account::{AccountView, NewAuthenticator},
    http::Me,
    problem::Code,
};
use reqwest::{Response, StatusCode};
use serde_json::json;
use std::time::Duration;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);
pub(crate) const PAST_FRESH: Duration = Duration::from_mins(11);

/// A browser that entered a password, and nothing else yet.
async fn by_password(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    let answer = browser.try_sign_in(email, PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::OK);
    browser.cookie = Some(crate::support::client::session_cookie(&answer).0);
    browser
}

async fn shown(browser: &Browser, typed: &str) -> Response {
    browser
        .post("/api/session/again", &json!({ "code": typed }))
        .await
}

/// The code of the field that is wrong.
async fn wrong(answer: Response) -> String {
    let problem = problem(answer).await;
    assert_eq!(problem.code, Code::Invalid, "{problem:?}");
    problem.fields[0].code.clone()
}

async fn refused(browser: &Browser, path: &str) -> Code {
    problem(browser.get(path).await).await.code
}

async fn mails(app: &TestApp, kind: &str) -> i64 {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar("SELECT count(*) FROM mails WHERE kind = $1")
        .bind(kind)
        .fetch_one(&mut conn)
        .await
        .expect("a count")
}

/// Recordings stand behind more than a password: until compliance staff show a second factor they see their own account
/// alone.
#[tokio::test]
async fn p3_a_second_factor_is_asked_of_compliance_always() {
    let app = TestApp::start().await;
    let email = app.shops.ours.email("compliance");
    let first = by_password(&app, &email).await;
    let me: Me = first.read("/api/session").await;
    assert!(me.needs_second_factor);
    assert_eq!(
        refused(&first, "/api/recordings").await,
        Code::SecondFactorNeeded
    );
    assert_eq!(
        refused(&first, "/api/threads").await,
        Code::SecondFactorNeeded
    );

    let (secret, codes) = add(&first).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(first.get("/api/recordings").await.status(), StatusCode::OK);
    assert_eq!(mails(&app, "authenticator_added").await, 1);

    // Each later sign-in asks again; a code works once, also in another session.
    app.clock.advance(HALF_A_MINUTE);
    let second = by_password(&app, &email).await;
    assert_eq!(
        refused(&second, "/api/recordings").await,
        Code::SecondFactorNeeded
    );
    let now = code(&secret, 0);
    assert_eq!(shown(&second, &now).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(second.get("/api/recordings").await.status(), StatusCode::OK);
    let third = by_password(&app, &email).await;
    assert_eq!(wrong(shown(&third, &now).await).await, "wrong_code");
    assert_eq!(
        wrong(shown(&third, &code(&secret, -3)).await).await,
        "wrong_code"
    );
    assert_eq!(wrong(shown(&third, "no code").await).await, "invalid");
    assert_eq!(
        refused(&third, "/api/recordings").await,
        Code::SecondFactorNeeded
    );

    // A password alone is none, and adds none.
    let typed = json!({ "password": PASSWORD });
    let answer = third.post("/api/session/again", &typed).await;
    assert_eq!(wrong(answer).await, "not_allowed");
    let answer = third
        .post("/api/account/authenticator/begin", &json!({}))
        .await;
    assert_eq!(problem(answer).await.code, Code::SecondFactorNeeded);
    for path in ["/api/account/authenticator", "/api/account/sessions"] {
        let answer = third.delete(path).await;
        assert_eq!(
            problem(answer).await.code,
            Code::SecondFactorNeeded,
            "{path}"
        );
    }
    let wish = json!({ "old": PASSWORD, "new": "a quite new battery staple" });
    let request = third.request(reqwest::Method::PUT, "/api/account/password");
    let answer = request.json(&wish).send().await.expect("an answer");
    assert_eq!(problem(answer).await.code, Code::SecondFactorNeeded);

    // A recovery code stands in, once, however it is typed.
    let spoken = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(
        shown(&third, &spoken).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(third.get("/api/recordings").await.status(), StatusCode::OK);
    assert_eq!(wrong(shown(&second, &codes[0]).await).await, "wrong_code");
    assert_eq!(mails(&app, "recovery_code_used").await, 1);
    let account: AccountView = third.read("/api/account").await;
    assert_eq!(
        account.authenticator.expect("an authenticator").codes_left,
        9
    );

    // Other recovery codes end those that there were.
    let renewed = third.post("/api/account/recovery-codes", &json!({})).await;
    assert_eq!(renewed.status(), StatusCode::OK);
    assert_eq!(wrong(shown(&third, &codes[1]).await).await, "wrong_code");

    // There is one authenticator; another one comes in its place only once it is removed.
    let again = third
        .post("/api/account/authenticator/begin", &json!({}))
        .await;
    assert_eq!(problem(again).await.code, Code::Conflict);
    assert_eq!(
        third.delete("/api/account/authenticator").await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(mails(&app, "authenticator_removed").await, 1);
    let fourth = by_password(&app, &email).await;
    assert_eq!(
        refused(&fourth, "/api/recordings").await,
        Code::SecondFactorNeeded
    );
    app.stop().await;
}

/// Whoever tries codes is slowed, and slows nobody else; what nobody can guess is taken all the while.
#[tokio::test]
async fn p3_six_digits_bear_few_guesses() {
    let app = TestApp::start().await;
    let email = app.shops.ours.email("seller");
    let first = by_password(&app, &email).await;
    let (secret, codes) = add(&first).await;
    app.clock.advance(PAST_FRESH);
    let second = by_password(&app, &email).await;
    let right = code(&secret, 0);
    let other = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..5 {
        assert_eq!(wrong(shown(&second, other).await).await, "wrong_code");
    }
    let late = problem(shown(&second, &right).await).await;
    assert_eq!(late.code, Code::TooMany);
    assert!(late.retry_after_ms.is_some());
    assert_eq!(
        shown(&second, &codes[3]).await.status(),
        StatusCode::NO_CONTENT
    );
    let other_person = by_password(&app, &app.shops.ours.email("support")).await;
    add(&other_person).await;
    app.stop().await;
}

/// Whoever has an authenticator is asked for it, though their role would not need one; without one nobody else is.
#[tokio::test]
async fn p3_whoever_has_an_authenticator_is_asked_for_it() {
    let app = TestApp::start().await;
    let email = app.shops.ours.email("buyer");
    let first = by_password(&app, &email).await;
    assert_eq!(first.get("/api/threads").await.status(), StatusCode::OK);
    // Begun and not confirmed, it is asked for nowhere.
    let begun = first
        .post("/api/account/authenticator/begin", &json!({}))
        .await;
    let new: NewAuthenticator = begun.json().await.expect("a secret");
    assert!(
        new.uri.starts_with("otpauth://totp/Orderline:"),
        "{}",
        new.uri
    );
    assert!(new.uri.contains(&new.secret));
    assert!(new.qr.len() >= 21 && new.qr.iter().all(|row| row.len() == new.qr.len()));
    let second = by_password(&app, &email).await;
    assert_eq!(second.get("/api/threads").await.status(), StatusCode::OK);
    let wish = json!({ "code": "000000" });
    let answer = first.post("/api/account/authenticator", &wish).await;
    assert_eq!(wrong(answer).await, "wrong_code");

    // The sessions that a password alone opened end with it.
    let (secret, _) = add(&first).await;
    assert_eq!(refused(&second, "/api/threads").await, Code::SignInNeeded);
    let second = by_password(&app, &email).await;
    for path in ["/api/threads", "/api/account/threads"] {
        let code = refused(&second, path).await;
        assert_eq!(code, Code::SecondFactorNeeded, "{path}");
    }
    app.clock.advance(HALF_A_MINUTE);
    assert_eq!(
        shown(&second, &code(&secret, 0)).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(second.get("/api/threads").await.status(), StatusCode::OK);
    app.stop().await;
}

/// Rights are given, and ways into an account changed, only by whoever has just shown who they are.
#[tokio::test]
async fn p3_a_fresh_proof_is_asked_for_before_rights_and_keys() {
    // In demo mode mails have somewhere to go.
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = by_password(&app, &app.shops.ours.email("admin")).await;
    let wish = json!({
        "invitation": crate::support::fresh_uuid(), "email": "new@x.example", "name": "New", "role": "seller",
    });
    app.pass(PAST_FRESH).await;
    let stale = admin.post("/api/people/invitations", &wish).await;
    assert_eq!(problem(stale).await.code, Code::FreshProofNeeded);
    let stale = admin
        .post("/api/account/authenticator/begin", &json!({}))
        .await;
    assert_eq!(problem(stale).await.code, Code::FreshProofNeeded);
    let stale = admin.post("/api/account/passkeys/begin", &json!({})).await;
    assert_eq!(problem(stale).await.code, Code::FreshProofNeeded);
    // Reading is not asked for again.
    assert_eq!(admin.get("/api/people").await.status(), StatusCode::OK);

    let typed = json!({ "password": "not the one" });
    let answer = admin.post("/api/session/again", &typed).await;
    assert_eq!(wrong(answer).await, "wrong_password");
    password_again(&admin).await;
    let fresh = admin.post("/api/people/invitations", &wish).await;
    assert!(fresh.status().is_success(), "{}", fresh.status());
    app.stop().await;
}

/// Whoever gives a role that needs a second factor has shown one: else a password would be worth all recordings.
#[tokio::test]
async fn p3_who_lets_somebody_at_recordings_has_shown_a_second_factor() {
    let app = TestApp::start_with(&["--demo"]).await;
    let admin = by_password(&app, &app.shops.ours.email("admin")).await;
    let wish = |role: &str| {
        json!({
            "invitation": crate::support::fresh_uuid(), "email": format!("{role}.new@x.example"), "name": "New", "role": role,
        })
    };
    let path = "/api/people/invitations";
    let answer = admin.post(path, &wish("compliance")).await;
    assert_eq!(problem(answer).await.code, Code::SecondFactorNeeded);
    assert!(
        admin
            .post(path, &wish("seller"))
            .await
            .status()
            .is_success()
    );
    add(&admin).await;
    assert!(
        admin
            .post(path, &wish("compliance"))
            .await
            .status()
            .is_success()
    );
    app.stop().await;
}

/// A vendor's public page is there for everybody, whatever they still have to show; but who is signed in asks as
/// themselves, once they have shown it.
#[tokio::test]
async fn p3_a_public_page_is_read_without_a_second_factor_and_asked_with_it() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let email = shop.email("compliance");
    let first = by_password(&app, &email).await;
    let seen = page(&first, shop.vendor).await;
    assert_eq!((seen.vendor, seen.asks_as), (shop.vendor, None));
    let body = question(1, "Do you deliver to Graz?");
    let refused = problem(ask(&first, shop.vendor, &body).await).await;
    assert_eq!(refused.code, Code::SecondFactorNeeded);

    add(&first).await;
    let seen = page(&first, shop.vendor).await;
    assert!(seen.asks_as.is_some());
    let asked = ask(&first, shop.vendor, &body).await;
    assert_eq!(asked.status(), StatusCode::OK);
    app.stop().await;
}
