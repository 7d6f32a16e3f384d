//! A session whose person gets another right (P3).

use crate::{
    installation::{take, token},
    session_ends::answers,
    support::{
        PASSWORD, Socket, TestApp,
        client::{problem, session_cookie},
        fresh_uuid,
    },
};
use orderline_protocol::problem::Code;
use reqwest::{StatusCode, header};
use serde_json::json;
use std::time::Duration;

/// The next request gets another token; the one before holds for requests that are on their way, and pages go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_a_session_has_another_token_once_its_person_may_do_more() {
    let app = TestApp::start_with(&["--demo"]).await;
    let email = app.shops.ours.email("seller");
    let mut here = app.sign_in(&email).await;
    let mut page = Socket::hello(&here, &[]).await.0;
    let calm = here.get("/api/session").await;
    assert!(!calm.headers().contains_key(header::SET_COOKIE));

    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let wish =
        json!({ "invitation": fresh_uuid(), "email": email, "name": "seller", "role": "support" });
    let asked = admin.post("/api/people/invitations", &wish).await;
    assert!(asked.status().is_success());
    let token = token(&app, &email).await;
    let done = take(&app.browser(), &token, PASSWORD).await;
    assert_eq!(done.status(), StatusCode::OK);

    let old = here.clone();
    let first = here.get("/api/session").await;
    assert_eq!(first.status(), StatusCode::OK);
    let fresh = session_cookie(&first).0;
    assert_ne!(Some(&fresh), old.cookie.as_ref());
    here.cookie = Some(fresh);
    // On its way when the token changed; it gets no third one.
    let late = old.get("/api/session").await;
    assert_eq!(late.status(), StatusCode::OK);
    assert!(!late.headers().contains_key(header::SET_COOKIE));
    answers(&mut page).await;
    app.pass(Duration::from_secs(61)).await;
    let code = problem(old.get("/api/session").await).await.code;
    assert_eq!(code, Code::SignInNeeded);
    assert_eq!(here.get("/api/session").await.status(), StatusCode::OK);
    app.stop().await;
}
