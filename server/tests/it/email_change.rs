//! Another address for an account (P3).

use crate::support::{
    Browser, PASSWORD, TestApp,
    client::{problem, session_cookie},
    fresh_uuid,
    second_factor::password_again,
};
use orderline_domain::people::email_change::Mailbox;
use orderline_protocol::{
    account::{AccountView, EmailLinkView},
    problem::Code,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const NEW: &str = "buyer.new@x.example";

async fn ask(browser: &Browser, change: Uuid, email: &str) -> Response {
    let request = browser.request(Method::PUT, "/api/account/email");
    let wish = json!({ "change": change, "email": email });
    request.json(&wish).send().await.expect("an answer")
}

/// The token of the newest mail of this kind, and to whom it went.
async fn mailed(app: &TestApp, kind: &str) -> (String, Value) {
    let mut conn = app.database.connect().await;
    let (to, text): (String, String) = sqlx::query_as(
        "SELECT to_address, text FROM mails WHERE kind = $1 ORDER BY queued_at DESC, mail_id DESC LIMIT 1",
    )
    .bind(kind)
    .fetch_one(&mut conn)
    .await
    .expect("a mail");
    let token = text.split('#').nth(1).unwrap_or_default();
    let token: String = token.chars().take(64).collect();
    (to, json!({ "token": token }))
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar(sql)
        .fetch_one(&mut conn)
        .await
        .expect("a count")
}

async fn confirm(browser: &Browser, token: &Value) -> EmailLinkView {
    let answer = browser.post("/api/email-change/confirm", token).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("a view")
}

async fn refused(browser: &Browser, token: &Value) -> Code {
    let answer = browser.post("/api/email-change/confirm", token).await;
    problem(answer).await.code
}

async fn waits(browser: &Browser) -> bool {
    let account: AccountView = browser.read("/api/account").await;
    account.email_change.is_some()
}

/// Both mailboxes say yes before anything changes; then other sessions end, and the new address alone signs in. What the
/// shop wrote down stays as it was.
#[tokio::test]
async fn p3_an_address_changes_once_both_mailboxes_have_agreed() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("buyer");
    let here = app.sign_in(&email).await;
    let elsewhere = app.sign_in(&email).await;
    let stranger = app.browser();
    let change = fresh_uuid();
    let same = problem(ask(&here, fresh_uuid(), &email.to_uppercase()).await).await;
    assert_eq!(same.fields[0].code, "same_address");
    for _ in 0..2 {
        assert_eq!(ask(&here, change, NEW).await.status(), StatusCode::ACCEPTED);
    }
    let reused = problem(ask(&here, change, "other@x.example").await).await;
    assert_eq!(reused.code, Code::CommandReused);
    let sent = "SELECT count(*) FROM mails WHERE kind LIKE 'email_change_%'";
    assert_eq!(count(&app, sent).await, 2);
    let (to_old, old) = mailed(&app, "email_change_old").await;
    let (to_new, new) = mailed(&app, "email_change_new").await;
    assert_eq!([to_old.as_str(), &to_new], [email.as_str(), NEW]);
    assert!(waits(&here).await);

    // Looking uses nothing up; one yes is not both, however often it is said.
    let seen = stranger.post("/api/email-change/look", &new).await;
    let seen: EmailLinkView = seen.json().await.expect("a view");
    assert_eq!((seen.mailbox, seen.said_yes), (Mailbox::New, false));
    for _ in 0..2 {
        let view = confirm(&stranger, &new).await;
        assert!(view.said_yes && !view.done);
    }
    assert_eq!(
        app.browser().try_sign_in(NEW, PASSWORD).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let view = confirm(&stranger, &old).await;
    assert!(view.done && view.email == NEW);
    assert!(confirm(&stranger, &old).await.done, "said again");

    let account: AccountView = here.read("/api/account").await;
    assert_eq!(
        (account.email.as_deref(), account.email_change),
        (Some(NEW), None)
    );
    let code = problem(elsewhere.get("/api/account").await).await.code;
    assert_eq!(code, Code::SignInNeeded);
    assert_eq!(
        app.browser().try_sign_in(NEW, PASSWORD).await.status(),
        StatusCode::OK
    );
    let late = app.browser().try_sign_in(&email, PASSWORD).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
    let steps =
        "SELECT count(*) FROM security_log WHERE step IN ('email_change_asked', 'email_changed')";
    assert_eq!(count(&app, steps).await, 2);
    app.stop().await;
}

/// Whoever asks does not learn who has an account: the answer and the mail to their own mailbox are the same, and whoever
/// reads the other one hears of it.
#[tokio::test]
async fn p3_a_taken_address_is_told_to_its_own_mailbox_alone() {
    let app = TestApp::start_with(&["--demo"]).await;
    let taken = app.shops.other.email("seller");
    let here = app.sign_in(&app.shops.ours.email("buyer")).await;
    let answer = ask(&here, fresh_uuid(), &taken).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert!(waits(&here).await);
    assert_eq!(mailed(&app, "email_taken").await.0, taken);
    let (_, old) = mailed(&app, "email_change_old").await;
    assert!(!confirm(&app.browser(), &old).await.done);
    let account: AccountView = here.read("/api/account").await;
    assert_eq!(account.email, Some(app.shops.ours.email("buyer")));

    // Mails to strangers' mailboxes are few.
    for round in 1..5 {
        let answer = ask(&here, fresh_uuid(), &format!("n{round}@x.example")).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{round}");
    }
    let more = problem(ask(&here, fresh_uuid(), "n6@x.example").await).await;
    assert_eq!(more.code, Code::TooMany);
    app.stop().await;
}

/// Until both have agreed it can be taken back; it is over after a day, and begins with a fresh proof.
#[tokio::test]
async fn p3_a_change_of_address_that_waits_ends() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("buyer");
    let mut here = app.browser();
    let answer = here.try_sign_in(&email, PASSWORD).await;
    here.cookie = Some(session_cookie(&answer).0);
    assert_eq!(
        ask(&here, fresh_uuid(), NEW).await.status(),
        StatusCode::ACCEPTED
    );
    let (_, first) = mailed(&app, "email_change_new").await;
    for _ in 0..2 {
        let back = here.delete("/api/account/email").await;
        assert_eq!(back.status(), StatusCode::NO_CONTENT);
    }
    assert!(!waits(&here).await);
    assert_eq!(refused(&here, &first).await, Code::BadTicket);
    let stepped = "SELECT count(*) FROM security_log WHERE step = 'email_change_taken_back'";
    assert_eq!(count(&app, stepped).await, 1);

    app.pass(Duration::from_mins(11)).await;
    let stale = problem(ask(&here, fresh_uuid(), NEW).await).await;
    assert_eq!(stale.code, Code::FreshProofNeeded);
    password_again(&here).await;
    assert_eq!(
        ask(&here, fresh_uuid(), NEW).await.status(),
        StatusCode::ACCEPTED
    );
    let (_, second) = mailed(&app, "email_change_new").await;
    app.pass(Duration::from_hours(24)).await;
    assert_eq!(refused(&here, &second).await, Code::BadTicket);
    assert!(!waits(&here).await);
    app.stop().await;
}
